#!/usr/bin/env bash
# Every request of the gym's front end; each answer is a line: the body, then the status. Trainer 1 is Riley of the sample data.
set -eu
URL=${SLOTWRIGHT_URL:-http://localhost:3000}
json='content-type: application/json'
ask() { curl -s -w ' %{http_code}\n' "$@"; }
field() { sed -E "s/.*\"$1\":\"([^\"]+)\".*/\1/"; }
DATE=${SESSION_DATE:-$(date -d 'next monday' +%F 2>/dev/null || date -v+1d -v+monday +%F)}
token() { curl -s "$URL/v1/auth/login" -H "$json" -d "{\"email\": \"$1\", \"password\": \"book-a-slot\"}" | field access_token; }
member="authorization: Bearer $(token casey@customer.example)"
trainer="authorization: Bearer $(token riley@trainer.example)"

book() { ask -X POST "$URL/api/members/book-training-session" -H "$json" "$@"; }
session() { echo "{\"trainer_id\": $1, \"session_date\": \"$2\", \"start_time\": \"$3\", \"end_time\": \"$4\", \"session_type\": \"personal_training\", \"notes\": \"Focus on strength training\"}"; }

# A session, and somebody who comes too late for it.
book -H "$member" -d "$(session 1 "$DATE" 09:00 10:00)"
book -H "$member" -d "$(session 1 "$DATE" 09:00:00 10:00:00)"

# Not in the trainer's hours; in the past, as the front end's own example is by now; an unknown trainer; bad input; not a member.
book -H "$member" -d "$(session 1 "$DATE" 05:00 06:00)"
book -H "$member" -d '{"trainer_id": 1, "session_date": "2024-01-20", "start_time": "09:00", "end_time": "10:00", "session_type": "personal_training", "notes": "Focus on strength training"}'
book -H "$member" -d "$(session 999999 "$DATE" 09:00 10:00)"
book -H "$member" -d '{"trainer_id": "one", "session_date": "2024-02-30", "start_time": "9 am"}'
book -d "$(session 1 "$DATE" 11:00 12:00)"
book -H "$trainer" -d "$(session 1 "$DATE" 11:00 12:00)"

# The day, as everybody sees it and as the trainer does, and the week.
ask "$URL/api/members/trainers/1/schedule/$DATE"
ask "$URL/api/members/trainers/1/schedule/$DATE" -H "$trainer"
ask "$URL/api/members/trainers/1/schedule"
