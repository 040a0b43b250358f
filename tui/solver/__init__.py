"""The program that py-rattler runs in, apart from condock: it may crash at its exit (0.28.0), and alone then.

It reads one message a line, as JSON, from standard input; the first is the set-up, with the key. To each of the
others it answers in lines that have its `id`: any number of `event`s, and in the end a `result` or a `failure`. It
ends when its standard input does. `tui.core.solving.channel_session` is its other end.
"""
