# This process's own peak memory, processor time and start, and the shape of an answer.

import os
import re
import resource
import time


def peak_memory():
    """The most memory that was resident at once, in bytes."""
    try:
        with open("/proc/self/status") as status:
            return int(re.search(r"^VmHWM:\s+(\d+) kB", status.read(), re.M).group(1)) * 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def process_start():
    """When this process was started, on the clock of time.time()."""
    try:
        with open("/proc/self/stat") as stat:
            ticks = int(stat.read().rsplit(")", 1)[1].split()[19])
        with open("/proc/uptime") as uptime:
            since_boot = float(uptime.read().split()[0])
        return time.time() - (since_boot - ticks / os.sysconf("SC_CLK_TCK"))
    except OSError:
        return time.time()


def measured(values, cpu_seconds=None, note=None, digest=None):
    figures = {"values": values, "peak_memory_bytes": peak_memory(), "cpu_seconds": cpu_seconds}
    return {**figures, "note": note, "digest": digest}


def timed(piece, work, warm_up):
    """Seconds of each timed call after the warm-up, and their processor time. None begins after the work's seconds are over."""
    began = time.perf_counter()
    is_time_left = lambda: time.perf_counter() - began < work["seconds"]
    for done in range(warm_up):
        if done == 0 or is_time_left():
            piece()
    began = time.perf_counter()
    cpu = time.process_time()
    seconds = []
    while len(seconds) < work["steps"] and (not seconds or is_time_left()):
        started = time.perf_counter()
        piece()
        seconds.append(time.perf_counter() - started)
    return seconds, time.process_time() - cpu
