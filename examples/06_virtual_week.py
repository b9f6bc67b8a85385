"""A PingSource's cron runs through a week at once, daylight saving included."""

from simulator import Simulation, Topology

TOPOLOGY = """
topology: week
sources:
  standup:
    schedule: "30 9 * * MON-FRI"
    timezone: Europe/Berlin
    data: '{"room": "blue"}'
    contentType: application/json
    sink: broker/default
brokers: {default: {}}
triggers:
  remind: {subscriber: reminder}
"""

# Clocks go forward in Berlin on Sunday, 29 March 2026.
sim = Simulation(Topology.parse(TOPOLOGY), start="2026-03-26T00:00:00Z")
sim.run(until="7d")

for received in sim.received("reminder"):
    print(received.at, received.event.get_data())
print(f"virtual time is {sim.now:%A, %H:%M}")
