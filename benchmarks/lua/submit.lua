-- POST one request body for ever; every answer must be 202, QUEUED, with a request_id and its polling_url.
-- Arguments: path, key, file with the body.

dofile("answers.lua") -- wrk is started in this folder

local seen = {}

function init(args)
  local file = io.open(args[3], "rb")
  local headers = {
    ["Content-Type"] = "application/json",
    ["Cache-Control"] = "no-cache",
    ["Ocp-Apim-Subscription-Key"] = args[2],
  }
  prepared = wrk.format("POST", args[1], headers, file:read("*a"))
  file:close()
end

function request() return prepared end

function response(status, headers, body)
  local id = string.match(body, '"request_id"%s*:%s*"([^"]+)"')
  local good = status == 202 and id and string.find(body, '"status"%s*:%s*"QUEUED"')
    and string.find(body, "/v2/requests/status/" .. id, 1, true)
  if not good then return note_wrong(status, body) end
  if seen[id] then repeated = repeated + 1 end
  seen[id] = true
end
