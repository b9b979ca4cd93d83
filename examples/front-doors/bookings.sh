#!/usr/bin/env bash
# Every request of the booking service's front end; each answer is a line: the body, then the status. The provider is Riley of the sample data.
set -eu
URL=${SLOTWRIGHT_URL:-http://localhost:3000}
json='content-type: application/json'
ask() { curl -s -w ' %{http_code}\n' "$@"; }
field() { sed -E "s/.*\"$1\":\"([^\"]+)\".*/\1/"; }
token() { curl -s "$URL/v1/auth/login" -H "$json" -d "{\"email\": \"$1\", \"password\": \"book-a-slot\"}" | field access_token; }
customer="authorization: Bearer $(token casey@customer.example)"
provider="authorization: Bearer $(token riley@trainer.example)"

# What Riley offers, and the last of the next free slots.
PROVIDER=$(curl -s "$URL/v1/me" -H "$provider" | sed -E 's/.*"user":\{"id":"([^"]+)".*/\1/')
SERVICE=$(curl -s "$URL/v1/services?provider_id=$PROVIDER" | sed -E 's/.*"data":\[\{"id":"([^"]+)".*/\1/')
SLOT=$(curl -s "$URL/v1/availability/next?service_id=$SERVICE&limit=20" | grep -o '"start":"[^"]*","end":"[^"]*"' | tail -1)
START=$(echo "$SLOT" | field start)
END=$(echo "$SLOT" | field end)
booking() { echo "{\"provider_id\": \"$PROVIDER\", \"service_id\": \"$SERVICE\", \"start_time\": \"$1\", \"end_time\": \"$2\"}"; }

# A booking, and somebody who comes too late for it.
BOOKED=$(ask -X POST "$URL/bookings" -H "$customer" -H "$json" -d "$(booking "$START" "$END")")
echo "$BOOKED"
ID=$(echo "$BOOKED" | sed -E 's/^\{"id":"([^"]+)".*/\1/')
ask -X POST "$URL/bookings" -H "$customer" -H "$json" -d "$(booking "$START" "$END")"

# In the past, as the front end's own example is by now; an end that is not the service's; bad input; without a token.
ask -X POST "$URL/bookings" -H "$customer" -H "$json" -d "$(booking 2024-01-01T10:00:00Z 2024-01-01T11:00:00Z)"
ask -X POST "$URL/bookings" -H "$customer" -H "$json" -d "$(booking "$START" "$START")"
ask -X POST "$URL/bookings" -H "$customer" -H "$json" -d '{"provider_id": "riley", "start_time": "tomorrow"}'
ask -X POST "$URL/bookings" -H "$json" -d "$(booking "$START" "$END")"

# What the provider sees of it, and the customer does not.
ask "$URL/bookings/$ID" -H "$provider"
ask "$URL/bookings/upcoming?page=1&limit=10" -H "$provider"
ask "$URL/bookings/past?page=1&limit=10" -H "$provider"
ask "$URL/bookings/$ID" -H "$customer"

ask "$URL/health"
