-- What both scripts share: one prepared request after the other, and counts of what came back.
-- wrk runs `request` and `response` in its thread's own Lua state and `done` in another, so the counts
-- are globals that `done` fetches with thread:get.

wrong, repeated, first_wrong = 0, 0, ""
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function note_wrong(status, body)
  wrong = wrong + 1
  if first_wrong == "" then first_wrong = status .. " " .. string.sub(body, 1, 160) end
end

function read_lines(path)
  local lines = {}
  for line in io.lines(path) do table.insert(lines, line) end
  return lines
end

local function total(name)
  local sum = 0
  for _, thread in ipairs(threads) do sum = sum + thread:get(name) end
  return sum
end

function done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT\t%d\t%d\t%.3f\t%.3f\t%d\t%d\t%d\t%s\n",
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    total("wrong"), total("repeated"), lost, (threads[1]:get("first_wrong"):gsub("%s+", " "))))
end
