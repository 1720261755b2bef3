// SPDX-License-Identifier: GPL-2.0
/*
 * How a request gets to the module, and its reply to us.
 */
#include "client_exchange.h"

#include "loading.h"
#include "reply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

/*
 * A dump is taken anew if rows were moved meanwhile. On a machine where that
 * goes on and on the last one has to do: the reader learns it.
 */
#define MAX_TRIES 3

static const char too_old[] =
	"the loaded module is too old for this; modprobe -r numatrace && modprobe numatrace";

struct client {
	struct nl_sock *socket;
	int family;
	char *error;
	bool interrupted;
};

struct client *client_new(void)
{
	return calloc(1, sizeof(struct client));
}

void client_free(struct client *client)
{
	if (!client)
		return;
	nl_socket_free(client->socket);
	free(client->error);
	free(client);
}

const char *client_error(const struct client *client)
{
	return client && client->error ? client->error : "out of memory";
}

bool client_interrupted(struct client *client)
{
	bool interrupted = client && client->interrupted;

	if (client)
		client->interrupted = false;
	return interrupted;
}

static int fail(struct client *client, int err, const char *text)
{
	free(client->error);
	client->error = strdup(text);
	return err;
}

int client_malformed(struct client *client)
{
	return fail(client, -EBADMSG, "malformed reply from the module");
}

static int fail_nl(struct client *client, int nlerr)
{
	char text[128];

	if (nlerr == -NLE_OBJ_NOTFOUND)
		return fail(client, -ENOENT, loading_advice());
	snprintf(text, sizeof(text), "netlink: %s", nl_geterror(nlerr));
	return fail(client, nlerr == -NLE_NOMEM ? -ENOMEM : -EIO, text);
}

static int connect_socket(struct nl_sock *socket)
{
	const int on = 1;
	int nlerr = genl_connect(socket);

	if (nlerr < 0)
		return nlerr;
	/* Without these two, refusals come without the module's words. */
	setsockopt(nl_socket_get_fd(socket), SOL_NETLINK, NETLINK_EXT_ACK, &on,
		   sizeof(on));
	setsockopt(nl_socket_get_fd(socket), SOL_NETLINK, NETLINK_CAP_ACK, &on,
		   sizeof(on));
	return 0;
}

int client_connect(struct client *client)
{
	int nlerr;

	if (!client)
		return -ENOMEM;
	if (!client->socket) {
		client->socket = nl_socket_alloc();
		if (!client->socket)
			return fail_nl(client, -NLE_NOMEM);
		nlerr = connect_socket(client->socket);
		if (nlerr < 0)
			return fail_nl(client, nlerr);
	}
	if (client->family)
		return 0;
	nlerr = genl_ctrl_resolve(client->socket, NUMATRACE_FAMILY_NAME);
	if (nlerr < 0)
		return fail_nl(client, nlerr);
	client->family = nlerr;
	return 0;
}

/* Go on reading after a bad message, so that the socket stays in step. */
static int on_valid(struct nl_msg *msg, void *arg)
{
	struct client_exchange *exchange = arg;

	if (!exchange->err && exchange->parse)
		exchange->err = exchange->parse(exchange, nlmsg_hdr(msg));
	return NL_OK;
}

static void finish(struct client_exchange *exchange, struct nlmsghdr *message)
{
	char *text;
	int verdict = reply_verdict(message, &text);

	exchange->done = true;
	if (!exchange->err)
		exchange->err = verdict;
	free(exchange->text);
	exchange->text = text;
}

/* A message of the dump that says so; it is read like any other. */
static int on_interruption(struct nl_msg *msg, void *arg)
{
	struct client_exchange *exchange = arg;

	exchange->interrupted = true;
	return NL_OK;
}

static int on_done(struct nl_msg *msg, void *arg)
{
	finish(arg, nlmsg_hdr(msg));
	return NL_STOP;
}

/* The header is in front of the error: libnl hands out its payload. */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	finish(arg, (struct nlmsghdr *)((char *)error - NLMSG_HDRLEN));
	return NL_STOP;
}

static struct nl_cb *callbacks(struct client_exchange *exchange)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	if (!cb)
		return NULL;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, exchange);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_done, exchange);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_done, exchange);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interruption, exchange);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, exchange);
	return cb;
}

/*
 * What went wrong with the transfer itself. The module's verdict is in the
 * exchange; libnl turns that into an error of its own, which says less.
 */
static int transfer(struct client *client, struct nl_msg *request,
		    struct client_exchange *exchange)
{
	struct nl_cb *cb = callbacks(exchange);
	int nlerr;

	if (!cb)
		return -NLE_NOMEM;
	exchange->done = false;
	exchange->interrupted = false;
	exchange->err = 0;
	nlerr = nl_send_auto(client->socket, request);
	while (nlerr >= 0 && !exchange->done)
		nlerr = nl_recvmsgs(client->socket, cb);
	nl_cb_put(cb);
	return exchange->done ? 0 : nlerr;
}

static int transfer_whole(struct client *client, struct nl_msg *request,
			  struct client_exchange *exchange)
{
	int nlerr, tries = 0;

	do {
		if (exchange->reset)
			exchange->reset(exchange);
		/* A sequence number is good for one request only. */
		nlmsg_hdr(request)->nlmsg_seq = NL_AUTO_SEQ;
		nlerr = transfer(client, request, exchange);
	} while (nlerr >= 0 && exchange->interrupted && ++tries < MAX_TRIES);
	client->interrupted |= exchange->interrupted;
	return nlerr;
}

static const char *meaning(const struct client_exchange *exchange)
{
	switch (exchange->err) {
	case -EPERM:
		return exchange->may_not;
	case -ESRCH:
		return exchange->missing;
	case -EOPNOTSUPP:
		return too_old;
	default:
		return NULL;
	}
}

/* The module puts its name in front of its words; so does the command. */
static const char *refusal(const struct client_exchange *exchange)
{
	const size_t prefix = strlen(NUMATRACE_FAMILY_NAME ": ");
	const char *text = exchange->text;

	/* In the kernel's words, as the module never sees such a request. */
	if (text && !strcmp(text, "Unknown attribute type"))
		return too_old;
	if (!text)
		text = meaning(exchange);
	if (!text)
		return strerror(-exchange->err);
	if (!strncmp(text, NUMATRACE_FAMILY_NAME ": ", prefix))
		text += prefix;
	return text;
}

static int verdict(struct client *client,
		   const struct client_exchange *exchange)
{
	switch (exchange->err) {
	case 0:
		return 0;
	case -EBADMSG:
		return client_malformed(client);
	default:
		return fail(client, exchange->err, refusal(exchange));
	}
}

/*
 * The kernel itself says -ENOENT, without words, for a family that has gone.
 * If the module was only loaded anew, the family has another number now.
 */
static int transfer_anew(struct client *client, struct nl_msg *request,
			 struct client_exchange *exchange)
{
	int nlerr = transfer_whole(client, request, exchange);

	if (nlerr < 0 || exchange->err != -ENOENT || exchange->text)
		return nlerr;
	client->family =
		genl_ctrl_resolve(client->socket, NUMATRACE_FAMILY_NAME);
	if (client->family < 0) {
		nlerr = client->family;
		client->family = 0;
		return nlerr;
	}
	nlmsg_hdr(request)->nlmsg_type = client->family;
	return transfer_whole(client, request, exchange);
}

int client_converse(struct client *client, struct nl_msg *request,
		    struct client_exchange *exchange)
{
	int err, nlerr;

	if (!request)
		return fail_nl(client, -NLE_NOMEM);
	nlerr = transfer_anew(client, request, exchange);
	if (nlerr < 0)
		err = fail_nl(client, nlerr);
	else
		err = verdict(client, exchange);
	free(exchange->text);
	nlmsg_free(request);
	if (err && exchange->reset)
		exchange->reset(exchange);
	return err;
}

struct nl_msg *client_request(struct client *client, int command, int flags)
{
	struct nl_msg *request = nlmsg_alloc();

	if (!request)
		return NULL;
	if (!genlmsg_put(request, NL_AUTO_PORT, NL_AUTO_SEQ, client->family, 0,
			 flags, command, NUMATRACE_FAMILY_VERSION)) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

int client_dump(struct client *client, int command,
		struct client_exchange *exchange)
{
	int err = client_connect(client);

	return err ? err
		   : client_converse(client,
				     client_request(client, command,
						    NLM_F_DUMP),
				     exchange);
}
