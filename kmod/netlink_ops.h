/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the generic-netlink family share: helpers, and the
 * operations, of which netlink.c makes the family.
 */
#ifndef NUMATRACE_NETLINK_OPS_H
#define NUMATRACE_NETLINK_OPS_H

#include <linux/nodemask.h>
#include <linux/numatrace.h>
#include <net/genetlink.h>

struct nt_finding;
struct nt_node;
struct nt_sample;
struct nt_viewer;

extern struct genl_family nt_family;

#define NT_NEEDS_PRIVILEGE                                                     \
	"not yours to see; needs CAP_SYS_PTRACE, CAP_PERFMON or CAP_SYS_ADMIN"

/* Whoever sent the request. Its PID namespace is that of the task that reads. */
void nt_netlink_viewer(struct sk_buff *request, struct nt_viewer *viewer);

/* Answers a request with one message of up to @size bytes, which @put fills. */
int nt_reply(struct genl_info *info, u8 cmd, size_t size,
	     int (*put)(struct sk_buff *skb, const void *data),
	     const void *data);

/* Whether anybody would get a notification. */
bool nt_has_subscribers(void);

/*
 * Sends one message of up to @size bytes, which @put fills, to all who have
 * joined the group monitor, in every network namespace: numbers of nodes are
 * for everybody. It waits for none of them; whoever has no room for it learns
 * that from recv() (ENOBUFS). Without any it does nothing. Returns 0, -ENOMEM
 * or -EMSGSIZE. Context: process; it does not wait for memory either.
 */
int nt_notify(u8 cmd, size_t size,
	      int (*put)(struct sk_buff *skb, const void *data),
	      const void *data);

/* The header of one message of a dump; NULL if it does not fit. */
void *nt_put_header(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);

/*
 * Adds one message to a dump, which @put fills. Returns 0, or what the dump has
 * to return because it does not fit; then it comes first the next time.
 */
int nt_dump_message(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		    int (*put)(struct sk_buff *skb, const void *data),
		    const void *data);

/* A list such as 0-3,8, as sysfs prints it. */
int nt_put_list(struct sk_buff *skb, int type, const unsigned long *bits,
		unsigned int nr_bits);

static inline int nt_put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, 0);
}

/* netlink_nodes.c */
int nt_nodes_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* The attributes id, state and all numbers; the masks say what nodes there are. */
int nt_put_node(struct sk_buff *skb, int nid, const struct nt_node *node,
		const nodemask_t *online, const nodemask_t *memory,
		const nodemask_t *cpu);

/* netlink_matrix.c */
extern const struct nla_policy nt_matrix_policy[NUMATRACE_A_MATRIX_REASON + 1];
int nt_matrix_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* netlink_reason.c */
int nt_reason_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* netlink_skip.c */
int nt_skip_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* netlink_cost.c */
int nt_cost_open(struct netlink_callback *cb);
int nt_cost_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nt_cost_done(struct netlink_callback *cb);

/* netlink_rows.c: processes and cgroups. */
extern const struct nla_policy
	nt_process_policy[NUMATRACE_A_PROCESS_MIN_REMOTE + 1];
int nt_processes_start(struct netlink_callback *cb);
int nt_cgroups_start(struct netlink_callback *cb);
int nt_rows_done(struct netlink_callback *cb);
int nt_process_dump(struct sk_buff *skb, struct netlink_callback *cb);
int nt_process_get(struct sk_buff *skb, struct genl_info *info);
int nt_cgroup_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* netlink_threads.c */
extern const struct nla_policy nt_thread_policy[NUMATRACE_A_THREAD_PID + 1];
int nt_threads_start(struct netlink_callback *cb);
int nt_threads_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* netlink_samples.c */
extern const struct nla_policy
	nt_samples_policy[NUMATRACE_A_SAMPLE_SEQUENCE + 1];
int nt_samples_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* Tells subscribers of a sample, which stays as it is meanwhile. */
void nt_samples_notify(const struct nt_sample *sample);

/* netlink_findings.c */
int nt_findings_dump(struct sk_buff *skb, struct netlink_callback *cb);

/*
 * Tells subscribers that a problem began, changed its severity, or ended; as
 * nt_notify().
 */
int nt_finding_notify(const struct nt_finding *finding, bool ended);

/* What info says of the last sample that was judged. */
int nt_put_judged(struct sk_buff *skb);

/* netlink_config.c */
extern const struct nla_policy nt_config_policy[NUMATRACE_A_CONFIG_MAX + 1];
int nt_config_get_doit(struct sk_buff *skb, struct genl_info *info);
int nt_config_set_doit(struct sk_buff *skb, struct genl_info *info);

#endif
