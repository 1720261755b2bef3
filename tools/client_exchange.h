/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to the module, whatever they ask for.
 */
#ifndef NUMATRACE_CLIENT_EXCHANGE_H
#define NUMATRACE_CLIENT_EXCHANGE_H

#include "client.h"

struct nl_msg;
struct nlmsghdr;

/**
 * struct client_exchange - one request and what became of it
 * @parse: takes a message of the reply; 0 or a negative errno; or NULL
 * @reset: has @report empty again, before another try and after a failure; or
 *	NULL
 * @report: for these two
 * @kind: for @parse
 * @may_not: what -EPERM means, where the module gives no words; or NULL
 * @missing: the same of -ESRCH
 * @done: the reply is complete
 * @interrupted: what it tells of changed meanwhile
 * @err: the verdict of the module, or of @parse
 * @text: its words, or NULL
 */
struct client_exchange {
	int (*parse)(struct client_exchange *exchange,
		     struct nlmsghdr *message);
	void (*reset)(struct client_exchange *exchange);
	void *report;
	enum numatrace_matrix_kind kind;
	const char *may_not;
	const char *missing;
	bool done;
	bool interrupted;
	int err;
	char *text;
};

/* Unless it was done before. 0 or a negative errno, as all of these. */
int client_connect(struct client *client);

/* A request without attributes; NULL when memory is short. */
struct nl_msg *client_request(struct client *client, int command, int flags);

/* Sends @request, which it frees; NULL: memory is short. */
int client_converse(struct client *client, struct nl_msg *request,
		    struct client_exchange *exchange);

/* All that the module has of a kind, by a request without attributes. */
int client_dump(struct client *client, int command,
		struct client_exchange *exchange);

/* -EBADMSG, and says so. */
int client_malformed(struct client *client);

#endif
