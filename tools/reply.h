/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parsing of what the module sends. Nothing in a message is trusted beyond
 * what libnl checked: that its length lies within the received buffer.
 *
 * All return 0, -EBADMSG for a message that is malformed or truncated, or
 * -ENOMEM. Attributes that this version does not know are passed over.
 */
#ifndef NUMATRACE_REPLY_H
#define NUMATRACE_REPLY_H

#include "report.h"
#include "report_samples.h"

struct nlmsgerr;
struct nlmsghdr;

/* The reply of info-get. @info is empty before; freed by the caller after. */
int reply_info(struct nlmsghdr *message, struct report_info *info);

/* One message of the dump of node-get: adds a node. */
int reply_node(struct nlmsghdr *message, struct report_nodes *nodes);

/* One message of the dump of matrix-get: adds a row or a part of one. */
int reply_matrix(struct nlmsghdr *message, uint32_t kind,
		 struct report_matrix *matrix);

/*
 * The reply of process-get, or one message of its dump, and of the dump of
 * cgroup-get: adds a row. Rows of a kind that this version does not know are
 * passed over.
 */
int reply_process(struct nlmsghdr *message, struct report_processes *processes);
int reply_cgroup(struct nlmsghdr *message, struct report_cgroups *cgroups);

/* One message of the dump of thread-get: adds a thread. */
int reply_thread(struct nlmsghdr *message, struct report_threads *threads);

/*
 * One message of the dump of sample-get, or a sample-ntf: adds a sample, or to
 * the last one. One that is older than that is malformed.
 */
int reply_sample(struct nlmsghdr *message, struct report_samples *samples);

/* One message of the dump of finding-get, or a finding-ntf: adds a finding. */
int reply_finding(struct nlmsghdr *message, struct report_findings *findings);

/* The reply of config-get. */
int reply_config(struct nlmsghdr *message, struct report_config *config);

/*
 * The kernel's verdict in a message of type NLMSG_ERROR or NLMSG_DONE: 0 or a
 * negative errno. @text is set to a copy of the extack message if there is
 * one, else to NULL.
 */
int reply_verdict(struct nlmsghdr *message, char **text);

#endif
