/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module tells without being asked: samples and findings, as they
 * come.
 */
#ifndef NUMATRACE_MONITOR_H
#define NUMATRACE_MONITOR_H

#include "report_samples.h"

struct monitor;
struct nlmsghdr;

enum monitor_event_kind {
	/* There is nothing more for now. */
	MONITOR_NOTHING,
	MONITOR_SAMPLE,
	MONITOR_FINDING,
	/* Messages were lost: we did not read fast enough. */
	MONITOR_LOST,
	/* The module was unloaded, and nothing comes any more. */
	MONITOR_GONE,
};

/**
 * struct monitor_event - one thing that was told
 * @kind: what it is
 * @sample: a sample (MONITOR_SAMPLE), which is the caller's from then on
 * @finding: a problem that began, changed its severity or ended
 */
struct monitor_event {
	enum monitor_event_kind kind;
	struct report_sample sample;
	struct report_finding finding;
};

/**
 * struct monitor_parts - messages of a sample that is not complete
 * @samples: that sample
 */
struct monitor_parts {
	struct report_samples samples;
};

/*
 * Take one message of the module: what it completes is in @event, whose kind is
 * MONITOR_NOTHING if it does not. A sample of which a part is missing when the
 * next one begins is left out. 0, -EBADMSG or -ENOMEM.
 */
int monitor_take(struct monitor_parts *parts, struct nlmsghdr *message,
		 struct monitor_event *event);
void monitor_free_parts(struct monitor_parts *parts);

/*
 * Subscribe. 0, or a negative errno: -ENOENT, the module is not loaded;
 * -EOPNOTSUPP, it is too old to tell anything.
 */
int monitor_open(struct monitor **monitor);
void monitor_close(struct monitor *monitor);

/* Can be read when there is something new, to wait for it with poll(2). */
int monitor_fd(const struct monitor *monitor);

/*
 * What came next; does not wait. To be called until there is nothing more. 0,
 * or a negative errno.
 */
int monitor_next(struct monitor *monitor, struct monitor_event *event);

#endif
