/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages as the module sends them, to be freed with nlmsg_free().
 */
#ifndef TESTS_UNIT_MESSAGES_H
#define TESTS_UNIT_MESSAGES_H

#include <netlink/msg.h>
#include <stdbool.h>
#include <stdint.h>

/* One without any attributes. */
struct nl_msg *message_begin(int command);

struct nl_msg *info_message(void);
struct nl_msg *node_message(uint32_t id);
struct nl_msg *config_message(void);

/* Two cells of a row, this column's and the next one's. */
struct nl_msg *matrix_message(uint32_t row, uint32_t first_column);

/* A row of a process as far as its name, or of many. */
struct nl_msg *process_start(uint32_t kind);
struct nl_msg *process_message(void);

/* A row of many processes, which says how many unless @without. */
struct nl_msg *sum_message(uint32_t kind, int without);
struct nl_msg *cgroup_message(uint32_t kind);
struct nl_msg *thread_message(uint32_t tid, uint32_t cpu_node);

/* More for these: numbers and two cells, one cell, statistics of a thread. */
void put_usage(struct nl_msg *msg, int first, int count, int cell);
void put_share(struct nl_msg *msg, int type, uint32_t cpu_node,
	       uint32_t memory_node);
void put_statistics(struct nl_msg *msg, uint32_t node);

/* An error as the kernel sends it: errno, the request or its header, words. */
struct nl_msg *error_message(int error, bool capped, const char *text);
struct nl_msg *done_message(int error, const char *text);

/* Whether reply_verdict() finds this in the message, which is freed. */
bool verdict_is(struct nl_msg *msg, int error, const char *words);

/* Parses a message and frees it. */
int parse_once(int (*parse)(struct nlmsghdr *), struct nl_msg *msg);

/*
 * Whether the parser says either of what it may say of a message that is cut
 * off at each byte, or has any bit changed; the message is freed.
 */
bool survives(int (*parse)(struct nlmsghdr *), struct nl_msg *msg);

#endif
