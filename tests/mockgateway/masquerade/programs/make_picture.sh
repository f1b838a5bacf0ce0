#!/bin/sh
# Make one picture at the live gateway with curl or wget, as named; say how large it is.
set -eu
key='Ocp-Apim-Subscription-Key: YOUR_SUBSCRIPTION_KEY'
url=https://gateway.pixazo.ai/z-image-base/v1/z-image-base-request
body='{"prompt": "A red bicycle", "image_size": "square_1_1", "output_format": "webp"}'
case $1 in
  curl)
    submit() { curl -fsS -H "$key" -H 'Content-Type: application/json' -d "$body" "$url"; }
    get() { curl -fsS -H "$key" "$1"; } ;;
  wget)
    submit() { wget -qO- --header "$key" --header 'Content-Type: application/json' --post-data "$body" "$url"; }
    get() { wget -qO- --header "$key" "$1"; } ;;
esac
polling_url=$(submit | sed 's/.*"polling_url": "\([^"]*\)".*/\1/')
until get "$polling_url" | grep -q '"status": "COMPLETED"'; do sleep 0.02; done
picture=$(get "$polling_url" | sed 's/.*"media_url": \["\([^"]*\)".*/\1/')
echo "$(get "$picture" | wc -c) bytes"
