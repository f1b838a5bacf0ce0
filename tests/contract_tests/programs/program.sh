#!/usr/bin/env bash
# A correct program that polls, with curl; and, with FAULT set, the same program with that one fault.
set -u
fault=${FAULT:-} gateway=${ZIMAGE_BASE_URL:-https://gateway.pixazo.ai} patience=${PATIENCE:-90} gap=5.1
[ "${ZIMAGE_MODEL:-turbo}" = base ] && path=z-image-base/v1/z-image-base-request ||
  path=z-image-turbo-834/v1/z-image-turbo-request
key="Ocp-Apim-Subscription-Key: $ZIMAGE_API_KEY"
[ "$fault" = hasty ] && gap=2

stop() { echo "$1" >&2; exit "${2:-1}"; }
field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" answer.json; }

submit() {
  local again=()
  [ "$fault" = submits-blindly ] && again=(--retry 2 --retry-all-errors)
  curl --silent --max-time 40 "${again[@]}" --dump-header headers --output answer.json --write-out '%{http_code}' \
    --header 'Content-Type: application/json' --header 'Cache-Control: no-cache' --header "$key" \
    --data "{\"prompt\": \"A red bicycle\", \"image_size\": \"square_1_1\", \"num_images\": ${ZIMAGE_NUM_IMAGES:-1}}" \
    "$gateway/$path"
}

code=$(submit)
while [ "$code" = 429 ]; do
  seconds=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]*\).*/\1/p' headers)
  sleep "${seconds:-1}"
  code=$(submit)
done
case $code in
2*) ;;
000) stop "no answer to the submit: it may have been accepted" ;;
*) [ "$fault" = refusal-is-fine ] && stop "answered $code" 0 || stop "the submit was answered $code" ;;
esac
job=$(field request_id)

SECONDS=0 status=
until [ "$status" = COMPLETED ]; do
  [ "$SECONDS" -gt "${patience%.*}" ] && { [ "$fault" = silent-about-id ] && stop "gave up" || stop "gave up on $job"; }
  sleep "$gap"
  code=$(curl --silent --max-time 10 --dump-header headers --output answer.json --write-out '%{http_code}' \
    --header "$key" "$gateway/v2/requests/status/$job")
  case $code in
  200) status=$(field status) ;;
  429) sleep "$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]*\).*/\1/p' headers)" ;;
  *) [ "$fault" = gives-up ] && stop "the poll was answered $code" ;;
  esac
  case $status in FAILED | ERROR) [ "$fault" = failed-is-fine ] && exit 0 || stop "$status: $(field error)" ;; esac
done

number=0
sed -n 's/.*"media_url" *: *\[\([^]]*\)\].*/\1/p' answer.json | tr -d '" ' | tr , '\n' >links
echo >>links
while read -r link; do
  [ -n "$link" ] || continue
  try=0 options=(--fail)
  [ "$fault" = saves-error-page ] && options=()
  [ "$fault" = key-in-url ] && link="$link?key=$ZIMAGE_API_KEY"
  until curl --silent --max-time 30 "${options[@]}" --output "$number.img" "$link"; do
    try=$((try + 1))
    [ "$try" -lt 3 ] || stop "no picture at $link"
    sleep 1
  done
  number=$((number + 1))
done <links
