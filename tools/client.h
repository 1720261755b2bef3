/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only part of the command that talks to the module. A getter returns 0
 * and a report that the caller frees, or a negative errno and an empty one:
 *   -ENOENT		the module is not loaded
 *   -EPERM		the request needs CAP_NET_ADMIN
 *   -EOPNOTSUPP	what was asked for cannot be measured here
 *   -EBADMSG		the module's reply is malformed
 * client_error() then says it in words.
 */
#ifndef NUMATRACE_CLIENT_H
#define NUMATRACE_CLIENT_H

#include <linux/numatrace.h>

#include "report.h"

struct client;

/*
 * The first request connects. NULL when memory is short; requests to NULL
 * fail with -ENOMEM.
 */
struct client *client_new(void);
void client_free(struct client *client);

int client_info(struct client *client, struct report_info *info);
int client_nodes(struct client *client, struct report_nodes *nodes);
int client_matrix(struct client *client, enum numatrace_matrix_kind kind,
		  struct report_matrix *matrix);

/* Switch a hook on or off. */
int client_set_hook(struct client *client, const char *name, bool on);

/* Why the last request failed: the module's own words where it gave any. */
const char *client_error(const struct client *client);

#endif
