-- GET the status of known jobs in turn; every answer must be 200 and the completed document of one of them.
-- Arguments: path up to the id, key, file with one request_id a line.

dofile("answers.lua") -- wrk is started in this folder

local prepared, known, turn = {}, {}, 0

function init(args)
  for _, id in ipairs(read_lines(args[3])) do
    known[id] = true
    local headers = { ["Ocp-Apim-Subscription-Key"] = args[2] }
    table.insert(prepared, wrk.format("GET", args[1] .. id, headers))
  end
end

function request()
  turn = turn % #prepared + 1
  return prepared[turn]
end

function response(status, headers, body)
  local id = string.match(body, '"request_id"%s*:%s*"([^"]+)"')
  local good = status == 200 and id and known[id] and string.find(body, '"status"%s*:%s*"COMPLETED"')
    and string.find(body, '"media_url"', 1, true)
  if not good then note_wrong(status, body) end
end
