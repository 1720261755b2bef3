#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Asks every getter that the spec has, and judges who saw what.

Usage: _getters.py YNL SPEC SCHEMA ask root|user|namespace PID...
           prints, as JSON, what the getters answer, of these processes where
           they are about one: to root, to an ordinary user, or to one who is
           root in a user namespace of their own
       _getters.py YNL SPEC SCHEMA judge ROOTS USERS user|namespace OWN
           compares what root got (a file) with what such a user got, one of
           whose processes is OWN; prints what is wrong, fails if anything is

YNL is the folder of the kernel's own client.
"""
import ctypes
import json
import os
import sys

USER = 1000
CLONE_NEWUSER = 0x10000000
PR_SET_DUMPABLE = 4

# Who may see an attribute: everybody; the owner of the process that the message
# is about, and the privileged; or the privileged alone. Each attribute of the
# spec has its place here, so that whoever adds one decides.
EVERYBODY, OWNER, PRIVILEGED = range(3)
NEVER_SEEN_HERE = {
    # Of a policy that no process of the test has, or a node none prefers.
    ("thread", "policy-nodes"), ("thread", "preferred-node"),
    ("cost", "unmeasured"),
    # All is counted by the kernels that are known.
    ("info", "uncounted"), ("uncounted", "name"), ("uncounted", "reason"),
}
PLACES = {
    "info": {EVERYBODY: """module-version interface-version timestamp
        start-time generation page-size nodes-possible nodes-online
        nodes-memory nodes-cpu cpus-possible cpus-online hook memory
        sample-interval samples last-sequence judged judged-at
        nodes-gone uncounted"""},
    "uncounted": {EVERYBODY: "name reason"},
    "hook": {EVERYBODY: """name function state reason events missed
        failed-pages missed-failed-pages"""},
    "node": {EVERYBODY: """timestamp generation id state cpus mem-total
        mem-free mem-file mem-anon faults major-faults hint-faults
        hint-faults-local pte-updates huge-pte-updates numa-pages-migrated
        migrate-success migrate-fail thp-migrate-success thp-migrate-fail
        thp-migrate-split promoted demoted alloc-hit alloc-miss alloc-foreign
        alloc-interleave-hit alloc-local-node alloc-other-node cpu-time"""},
    "matrix": {EVERYBODY: "kind timestamp generation row reason cell"},
    "cell": {EVERYBODY: "column events pages"},
    "reason": {EVERYBODY: """timestamp generation reason calls migrated-pages
        failed-pages"""},
    "skip": {EVERYBODY: "timestamp generation reason count"},
    "cost": {EVERYBODY: """timestamp generation kind row column count time
        bucket measured-time unmeasured lost longest longest-end""",
             OWNER: "longest-pid longest-comm"},
    "cost-bucket": {EVERYBODY: "order count"},
    # Sums over many have what everybody may see, and are not about one.
    "process": {EVERYBODY: """timestamp generation kind left-out processes
        min-remote local-faults remote-faults local-pages remote-pages cell
        migrated-pages failed-pages fault-time scan-time migration-time""",
                OWNER: """pid start-time comm uid cgroup-id threads
        first-access last-access"""},
    "access-cell": {EVERYBODY: "cpu-node memory-node faults pages"},
    "thread": {OWNER: """timestamp pid tid comm cpu cpu-node affinity
        cpuset-nodes policy policy-nodes scanned preferred-node
        migrated-pages fault-statistics"""},
    "fault-statistics": {OWNER: """node memory-shared memory-private
        cpu-shared cpu-private"""},
    "cgroup": {PRIVILEGED: """timestamp generation kind id path cgroups
        local-faults remote-faults local-pages remote-pages cell first-access
        last-access migrated-pages failed-pages"""},
    "config": {EVERYBODY: """process-table-size cgroup-table-size
        track-processes track-cgroups min-faults sample-interval-ms
        sample-interval-max-ms sample-backoff history sample-cgroups
        measure-cost bounce-window-ms detect-window-ms
        detect-memory-imbalance detect-cpu-imbalance detect-low-locality
        detect-migration-failures detect-ping-pong detect-first-touch
        detect-node-full detect-allocation-misses detect-min-events"""},
    "sample": {EVERYBODY: """sequence timestamp generation interval messages
        node access migration""", PRIVILEGED: "cgroup"},
    "finding": {EVERYBODY: """timestamp kind severity node other-node since
        value threshold events ended"""},
}
# Parts of another set.
SUBSETS = {"sample-node": "node", "sample-cgroup": "cgroup"}
# The attribute that says which process a message is about.
ABOUT = {"process": "pid", "thread": "pid", "cost": "longest-pid"}


def place_of(name, attribute):
    for who, names in PLACES.get(SUBSETS.get(name, name), {}).items():
        if attribute in names.split():
            return who
    return None


def getters(family):
    """Pairs of an operation's name and "do" or "dump"."""
    for name, operation in family.msgs.items():
        if "admin-perm" in operation.get("flags", []):
            continue
        for mode in ("do", "dump"):
            if mode in operation:
                yield name, mode


def requests(family, name, mode, pids):
    if name == "matrix-get":
        return [{"kind": kind} for kind in family.consts["matrix-kind"].entries]
    if name == "thread-get" or (name, mode) == ("process-get", "do"):
        return [{"pid": pid} for pid in pids]
    return [{}]


def answers(family, error, name, mode, request):
    try:
        got = getattr(family, mode)(name, request)
    except error as refusal:
        return {"refused": refusal.error}
    return got if mode == "dump" else [got]


def become(viewer):
    if viewer == "root":
        return
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    if viewer == "user":
        return
    # Else its files in /proc belong to root.
    libc = ctypes.CDLL(None)
    if libc.prctl(PR_SET_DUMPABLE, 1) or libc.unshare(CLONE_NEWUSER):
        sys.exit("no user namespace")
    with open("/proc/self/uid_map", "w", encoding="ascii") as uid_map:
        uid_map.write(f"0 {USER} 1")


def ask(family, error, pids):
    print(json.dumps([
        [name, mode, request, answers(family, error, name, mode, request)]
        for name, mode in getters(family)
        for request in requests(family, name, mode, pids)], default=list))


def sets_of_getters(family):
    """The sets of attributes that getters answer with, and those within."""
    found = set()
    todo = [family.msgs[name].attr_set.name for name, _ in getters(family)]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        todo += [attribute["nested-attributes"]
                 for _, attribute in family.attr_sets[name].items()
                 if "nested-attributes" in attribute]
    return found


def judge_spec(family):
    for name in sets_of_getters(family):
        for attribute in family.attr_sets[name]:
            if place_of(name, attribute) is None:
                yield f"nobody decided who may see {attribute} of {name}"


def seen(family, name, message):
    """Pairs of a set and an attribute of it, in the message and within."""
    for attribute, value in message.items():
        yield name, attribute
        nested = family.attr_sets[name][attribute].get("nested-attributes")
        for inner in (value if isinstance(value, list) else [value]):
            if nested:
                yield from seen(family, nested, inner)


def messages(family, got):
    for name, mode, request, answer in got:
        if isinstance(answer, list):
            for message in answer:
                yield family.msgs[name].attr_set.name, message


def judge_root(family, got):
    """What is to be kept from others has to be there."""
    all_seen = {pair for name, message in messages(family, got)
                for pair in seen(family, name, message)}
    for name in sets_of_getters(family):
        for attribute in family.attr_sets[name]:
            if (place_of(name, attribute) in (OWNER, PRIVILEGED) and
                    (name, attribute) not in all_seen | NEVER_SEEN_HERE):
                yield f"root was not shown {attribute} of {name}"
    for name, mode, request, answer in got:
        if (not isinstance(answer, list) and
                os.strerror(answer["refused"]) != "Operation not supported"):
            yield f"root was refused {name} {request}: {answer}"


def own_processes(family, got, viewer, own):
    """By their user as the viewer sees it: this program has a row as well."""
    uid = 0 if viewer == "namespace" else USER
    return {own} | {message["pid"] for name, message in messages(family, got)
                    if name == "process" and message.get("uid") == uid}


def judge_user(family, got, viewer, own):
    pids = own_processes(family, got, viewer, own)
    about_own = 0
    for name, message in messages(family, got):
        about = message.get(ABOUT.get(name)) in pids
        about_own += message.get(ABOUT.get(name)) == own
        for inner, attribute in seen(family, name, message):
            place = place_of(inner, attribute)
            if place == PRIVILEGED or (place == OWNER and not about):
                yield f"a user saw {attribute} of {inner}: {message}"
    if about_own < 3:
        yield "the user was shown less than a process and two threads"


def judge(family, roots, users, viewer, own):
    def load(path):
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    complaints = [*judge_spec(family), *judge_root(family, load(roots)),
                  *judge_user(family, load(users), viewer, own)]
    for complaint in complaints[:20]:
        print(complaint)
    sys.exit(bool(complaints))


def main():
    ynl, spec, schema, verb, *arguments = sys.argv[1:]
    sys.path.insert(0, ynl)
    from lib import NlError, YnlFamily

    if verb == "ask":
        viewer, *pids = arguments
        # Before there is a socket: rights are those of who opened it as well.
        become(viewer)
        ask(YnlFamily(spec, schema), NlError, [int(pid) for pid in pids])
    else:
        roots, users, viewer, own = arguments
        judge(YnlFamily(spec, schema), roots, users, viewer, int(own))


main()
