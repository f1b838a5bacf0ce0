#!/bin/sh
# Make one picture: submit, poll, download. Arguments: the gateway's origin, a file to write.
set -eu
key='Ocp-Apim-Subscription-Key: a-shell-script'
url=$(curl -fsS -X POST "$1/z-image-base/v1/z-image-base-request" -H "$key" -H 'Content-Type: application/json' \
  -d '{"prompt": "A red bicycle", "image_size": "square_1_1", "output_format": "webp"}' |
  sed 's/.*"polling_url": "\([^"]*\)".*/\1/')
until curl -fsS -H "$key" "$url" | grep -q '"status": "COMPLETED"'; do sleep 0.05; done
curl -fsS -o "$2" "$(curl -fsS -H "$key" "$url" | sed 's/.*"media_url": \["\([^"]*\)".*/\1/')"
