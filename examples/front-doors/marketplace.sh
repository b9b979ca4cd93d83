#!/usr/bin/env bash
# Every request of the marketplace's front end; each answer is a line: the body, then the status.
set -eu
URL=${SLOTWRIGHT_URL:-http://localhost:3000}
json='content-type: application/json'
ask() { curl -s -w ' %{http_code}\n' "$@"; }
field() { sed -E "s/.*\"$1\":\"([^\"]+)\".*/\1/"; }

# Personal data beside the address.
grace='{"email": "grace@marketplace.example", "password": "correct horse battery", "role": "provider", "first_name": "Grace", "last_name": "Hopper", "phone_number": "+1 555 0100", "account_type": "business"}'
ask -X POST "$URL/api/users/register" -H "$json" -d "$grace"

# The same in a profile of its own.
ask -X POST "$URL/api/users/register" -H "$json" \
  -d '{"email": "ada@marketplace.example", "password": "correct horse battery", "role": "customer", "profile": {"firstName": "Ada", "lastName": "Byron", "phone": "+44 20 7946 0000", "address": "12 Main Street"}}'

# An address that is taken already.
ask -X POST "$URL/api/users/register" -H "$json" -d "$grace"

# Fields that are wrong.
ask -X POST "$URL/api/users/register" -H "$json" -d '{"email": "grace", "password": "short", "role": "admin"}'

# A profile, for its owner.
TOKEN=$(curl -s "$URL/v1/auth/login" -H "$json" \
  -d '{"email": "ada@marketplace.example", "password": "correct horse battery"}' | field access_token)
ID=$(curl -s "$URL/v1/me" -H "authorization: Bearer $TOKEN" | sed -E 's/.*"user":\{"id":"([^"]+)".*/\1/')
ask "$URL/api/users/profile/$ID" -H "authorization: Bearer $TOKEN"

# For nobody else.
ask "$URL/api/users/profile/$ID"
