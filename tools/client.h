/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only part of the command that talks to the module. A getter returns 0
 * and a report that the caller frees, or a negative errno and an empty one:
 *   -ENOENT		the module is not loaded
 *   -ESRCH		there is no such process, or it has no row
 *   -EPERM		the request needs a privilege that we lack
 *   -EOPNOTSUPP	what was asked for cannot be measured here
 *   -EBADMSG		the module's reply is malformed
 * client_error() then says it in words.
 */
#ifndef NUMATRACE_CLIENT_H
#define NUMATRACE_CLIENT_H

#include <linux/numatrace.h>

#include "report.h"
#include "report_costs.h"
#include "report_samples.h"

struct client;

/*
 * The first request connects. NULL when memory is short; requests to NULL
 * fail with -ENOMEM.
 */
struct client *client_new(void);
void client_free(struct client *client);

/*
 * Whether something that was read since this was asked last had changed while
 * it was, three times in a row: rows may be missing, or counted twice.
 */
bool client_interrupted(struct client *client);
#define CLIENT_INTERRUPTED                                                     \
	"what was read changed meanwhile, three times: sums may miss or repeat some"

int client_info(struct client *client, struct report_info *info);
int client_nodes(struct client *client, struct report_nodes *nodes);
int client_matrix(struct client *client, enum numatrace_matrix_kind kind,
		  struct report_matrix *matrix);

/* The matrix migration, only what enum numatrace_migrate_reason says. */
int client_migrations(struct client *client, uint32_t reason,
		      struct report_matrix *matrix);
int client_reasons(struct client *client, struct report_reasons *reasons);
int client_costs(struct client *client, struct report_costs *costs);
int client_skips(struct client *client, struct report_skips *skips);

/**
 * struct client_filter - which processes to list
 * @which: bit n is set where the member NUMATRACE_A_PROCESS_n counts
 * @pid: only this one
 * @uid: only those of this user
 * @cgroup_id: only those in this cgroup
 * @min_remote: only those with so many remote accesses
 */
struct client_filter {
	uint64_t which;
	uint32_t pid;
	uint32_t uid;
	uint64_t cgroup_id;
	uint64_t min_remote;
};

/* All rows, with those that stand for many processes. No filter: NULL. */
int client_processes(struct client *client, const struct client_filter *filter,
		     struct report_processes *processes);

/* The row of one process; -ESRCH: it has none, or we may not see it. */
int client_process(struct client *client, uint32_t pid,
		   struct report_processes *one);
int client_threads(struct client *client, uint32_t pid,
		   struct report_threads *threads);
int client_cgroups(struct client *client, struct report_cgroups *cgroups);

/* The samples that the module has kept, from the number @first on. */
int client_samples(struct client *client, uint64_t first,
		   struct report_samples *samples);
/* The problems that the last sample shows. */
int client_findings(struct client *client, struct report_findings *findings);

int client_config(struct client *client, struct report_config *config);
/* Set those of the settings that have their bit set, all or none. */
int client_set_config(struct client *client,
		      const struct report_config *config);

/* Switch a hook on or off. */
int client_set_hook(struct client *client, const char *name, bool on);

/* Why the last request failed: the module's own words where it gave any. */
const char *client_error(const struct client *client);

#endif
