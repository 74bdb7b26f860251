"""The machine room: jobs, the clock and the sequencer. It drives the inbox and holds no rule of its own."""
