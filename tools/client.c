// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "reply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

/* A dump that a change on the other side interrupted is taken anew. */
#define MAX_TRIES 5

static const char not_loaded[] =
	"the numatrace module is not loaded; load it with: modprobe numatrace";
static const char may_not_set[] =
	"changing anything in the module needs CAP_NET_ADMIN; run it as root";
static const char may_not_see[] =
	"this needs CAP_SYS_PTRACE, CAP_PERFMON or CAP_SYS_ADMIN; run it as root";
static const char too_old[] =
	"the loaded module is too old for this; modprobe -r numatrace && modprobe numatrace";
static const char no_row[] =
	"no such process, or it was not seen to access memory, or only root may see it";
static const char no_process[] = "no such process";

struct client {
	struct nl_sock *socket;
	int family;
	char *error;
};

/* One request and what became of it. */
struct exchange {
	int (*parse)(struct exchange *exchange, struct nlmsghdr *message);
	void (*reset)(struct exchange *exchange);
	void *report;
	enum numatrace_matrix_kind kind;
	/* What -EPERM and -ESRCH mean, where the module gives no words. */
	const char *may_not;
	const char *missing;
	bool done;
	int err;
	char *text;
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

static int fail(struct client *client, int err, const char *text)
{
	free(client->error);
	client->error = strdup(text);
	return err;
}

static int fail_malformed(struct client *client)
{
	return fail(client, -EBADMSG, "malformed reply from the module");
}

static int fail_nl(struct client *client, int nlerr)
{
	char text[128];

	if (nlerr == -NLE_OBJ_NOTFOUND)
		return fail(client, -ENOENT, not_loaded);
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

static int client_connect(struct client *client)
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
	struct exchange *exchange = arg;

	if (!exchange->err && exchange->parse)
		exchange->err = exchange->parse(exchange, nlmsg_hdr(msg));
	return NL_OK;
}

static void finish(struct exchange *exchange, struct nlmsghdr *message)
{
	char *text;
	int verdict = reply_verdict(message, &text);

	exchange->done = true;
	if (!exchange->err)
		exchange->err = verdict;
	free(exchange->text);
	exchange->text = text;
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

static struct nl_cb *callbacks(struct exchange *exchange)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	if (!cb)
		return NULL;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, exchange);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_done, exchange);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_done, exchange);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, exchange);
	return cb;
}

/*
 * What went wrong with the transfer itself. The module's verdict is in the
 * exchange; libnl turns that into an error of its own, which says less.
 */
static int transfer(struct client *client, struct nl_msg *request,
		    struct exchange *exchange)
{
	struct nl_cb *cb = callbacks(exchange);
	int nlerr;

	if (!cb)
		return -NLE_NOMEM;
	exchange->done = false;
	exchange->err = 0;
	nlerr = nl_send_auto(client->socket, request);
	while (nlerr >= 0 && !exchange->done)
		nlerr = nl_recvmsgs(client->socket, cb);
	nl_cb_put(cb);
	if (exchange->done && nlerr != -NLE_DUMP_INTR)
		return 0;
	return nlerr < 0 ? nlerr : 0;
}

static int transfer_whole(struct client *client, struct nl_msg *request,
			  struct exchange *exchange)
{
	int nlerr = 0;

	for (int i = 0; i < MAX_TRIES; i++) {
		if (exchange->reset)
			exchange->reset(exchange);
		/* A sequence number is good for one request only. */
		nlmsg_hdr(request)->nlmsg_seq = NL_AUTO_SEQ;
		nlerr = transfer(client, request, exchange);
		if (nlerr != -NLE_DUMP_INTR)
			break;
	}
	return nlerr;
}

static const char *meaning(const struct exchange *exchange)
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
static const char *refusal(const struct exchange *exchange)
{
	const size_t prefix = strlen(NUMATRACE_FAMILY_NAME ": ");
	const char *text = exchange->text;

	if (!text)
		text = meaning(exchange);
	if (!text)
		return strerror(-exchange->err);
	if (!strncmp(text, NUMATRACE_FAMILY_NAME ": ", prefix))
		text += prefix;
	return text;
}

static int verdict(struct client *client, const struct exchange *exchange)
{
	switch (exchange->err) {
	case 0:
		return 0;
	case -EBADMSG:
		return fail_malformed(client);
	default:
		return fail(client, exchange->err, refusal(exchange));
	}
}

/*
 * The kernel itself says -ENOENT, without words, for a family that has gone.
 * If the module was only loaded anew, the family has another number now.
 */
static int transfer_anew(struct client *client, struct nl_msg *request,
			 struct exchange *exchange)
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

/* Sends @request, which is freed. */
static int converse(struct client *client, struct nl_msg *request,
		    struct exchange *exchange)
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

static struct nl_msg *new_request(struct client *client, int command, int flags)
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

static int parse_info(struct exchange *exchange, struct nlmsghdr *message)
{
	struct report_info *info = exchange->report;

	/* There is one reply, not two. */
	return info->module_version ? -EBADMSG : reply_info(message, info);
}

static void reset_info(struct exchange *exchange)
{
	report_free_info(exchange->report);
}

int client_info(struct client *client, struct report_info *info)
{
	struct exchange exchange = {
		.parse = parse_info,
		.reset = reset_info,
		.report = info,
	};
	int err;

	*info = (struct report_info){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	err = converse(client, new_request(client, NUMATRACE_CMD_INFO_GET, 0),
		       &exchange);
	if (!err && !info->module_version)
		return fail_malformed(client);
	return err;
}

static int parse_node(struct exchange *exchange, struct nlmsghdr *message)
{
	return reply_node(message, exchange->report);
}

static void reset_nodes(struct exchange *exchange)
{
	report_free_nodes(exchange->report);
}

int client_nodes(struct client *client, struct report_nodes *nodes)
{
	struct exchange exchange = {
		.parse = parse_node,
		.reset = reset_nodes,
		.report = nodes,
	};
	int err;

	*nodes = (struct report_nodes){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	err = converse(client,
		       new_request(client, NUMATRACE_CMD_NODE_GET, NLM_F_DUMP),
		       &exchange);
	if (!err && !report_sort_nodes(nodes)) {
		report_free_nodes(nodes);
		return fail_malformed(client);
	}
	return err;
}

static int parse_matrix(struct exchange *exchange, struct nlmsghdr *message)
{
	return reply_matrix(message, exchange->kind, exchange->report);
}

static void reset_matrix(struct exchange *exchange)
{
	report_free_matrix(exchange->report);
}

static struct nl_msg *matrix_request(struct client *client,
				     enum numatrace_matrix_kind kind)
{
	struct nl_msg *request;

	request = new_request(client, NUMATRACE_CMD_MATRIX_GET, NLM_F_DUMP);
	if (request && nla_put_u32(request, NUMATRACE_A_MATRIX_KIND, kind)) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

int client_matrix(struct client *client, enum numatrace_matrix_kind kind,
		  struct report_matrix *matrix)
{
	struct exchange exchange = {
		.parse = parse_matrix,
		.reset = reset_matrix,
		.report = matrix,
		.kind = kind,
	};
	int err;

	*matrix = (struct report_matrix){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	err = converse(client, matrix_request(client, kind), &exchange);
	if (!err && !report_sort_matrix(matrix)) {
		report_free_matrix(matrix);
		return fail_malformed(client);
	}
	return err;
}

static struct nl_msg *hook_request(struct client *client, const char *name,
				   bool on)
{
	uint32_t state =
		on ? NUMATRACE_HOOK_STATE_FTRACE : NUMATRACE_HOOK_STATE_OFF;
	struct nlattr *nest;
	struct nl_msg *request;

	request = new_request(client, NUMATRACE_CMD_HOOK_SET, 0);
	if (!request)
		return NULL;
	nest = nla_nest_start(request, NUMATRACE_A_INFO_HOOK | NLA_F_NESTED);
	if (!nest || nla_put_string(request, NUMATRACE_A_HOOK_NAME, name) ||
	    nla_put_u32(request, NUMATRACE_A_HOOK_STATE, state)) {
		nlmsg_free(request);
		return NULL;
	}
	nla_nest_end(request, nest);
	return request;
}

int client_set_hook(struct client *client, const char *name, bool on)
{
	struct exchange exchange = { .may_not = may_not_set };
	int err = client_connect(client);

	if (err)
		return err;
	return converse(client, hook_request(client, name, on), &exchange);
}

static int parse_process(struct exchange *exchange, struct nlmsghdr *message)
{
	return reply_process(message, exchange->report);
}

static void reset_processes(struct exchange *exchange)
{
	report_free_processes(exchange->report);
}

static bool wants(const struct client_filter *filter, int attribute)
{
	return filter && filter->which & (1ULL << attribute);
}

static int put_filter(struct nl_msg *request,
		      const struct client_filter *filter)
{
	int err = 0;

	if (wants(filter, NUMATRACE_A_PROCESS_PID))
		err |= nla_put_u32(request, NUMATRACE_A_PROCESS_PID,
				   filter->pid);
	if (wants(filter, NUMATRACE_A_PROCESS_UID))
		err |= nla_put_u32(request, NUMATRACE_A_PROCESS_UID,
				   filter->uid);
	if (wants(filter, NUMATRACE_A_PROCESS_CGROUP_ID))
		err |= nla_put_u64(request, NUMATRACE_A_PROCESS_CGROUP_ID,
				   filter->cgroup_id);
	if (wants(filter, NUMATRACE_A_PROCESS_MIN_REMOTE))
		err |= nla_put_u64(request, NUMATRACE_A_PROCESS_MIN_REMOTE,
				   filter->min_remote);
	return err;
}

static struct nl_msg *processes_request(struct client *client,
					const struct client_filter *filter)
{
	struct nl_msg *request;

	request = new_request(client, NUMATRACE_CMD_PROCESS_GET, NLM_F_DUMP);
	if (request && put_filter(request, filter)) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

int client_processes(struct client *client, const struct client_filter *filter,
		     struct report_processes *processes)
{
	struct exchange exchange = {
		.parse = parse_process,
		.reset = reset_processes,
		.report = processes,
	};
	int err;

	*processes = (struct report_processes){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	return converse(client, processes_request(client, filter), &exchange);
}

/* A request about one process, whose pid is @attribute. */
static struct nl_msg *pid_request(struct client *client, int command, int flags,
				  int attribute, uint32_t pid)
{
	struct nl_msg *request = new_request(client, command, flags);

	if (request && nla_put_u32(request, attribute, pid)) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

int client_process(struct client *client, uint32_t pid,
		   struct report_processes *one)
{
	struct exchange exchange = {
		.parse = parse_process,
		.reset = reset_processes,
		.report = one,
		.missing = no_row,
	};
	int err;

	*one = (struct report_processes){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	err = converse(client,
		       pid_request(client, NUMATRACE_CMD_PROCESS_GET, 0,
				   NUMATRACE_A_PROCESS_PID, pid),
		       &exchange);
	if (!err && one->count != 1) {
		report_free_processes(one);
		return fail_malformed(client);
	}
	return err;
}

static int parse_thread(struct exchange *exchange, struct nlmsghdr *message)
{
	return reply_thread(message, exchange->report);
}

static void reset_threads(struct exchange *exchange)
{
	report_free_threads(exchange->report);
}

int client_threads(struct client *client, uint32_t pid,
		   struct report_threads *threads)
{
	struct exchange exchange = {
		.parse = parse_thread,
		.reset = reset_threads,
		.report = threads,
		.may_not = may_not_see,
		.missing = no_process,
	};
	int err;

	*threads = (struct report_threads){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	err = converse(client,
		       pid_request(client, NUMATRACE_CMD_THREAD_GET, NLM_F_DUMP,
				   NUMATRACE_A_THREAD_PID, pid),
		       &exchange);
	if (!err && !report_sort_threads(threads)) {
		report_free_threads(threads);
		return fail_malformed(client);
	}
	return err;
}

static int parse_cgroup(struct exchange *exchange, struct nlmsghdr *message)
{
	return reply_cgroup(message, exchange->report);
}

static void reset_cgroups(struct exchange *exchange)
{
	report_free_cgroups(exchange->report);
}

int client_cgroups(struct client *client, struct report_cgroups *cgroups)
{
	struct exchange exchange = {
		.parse = parse_cgroup,
		.reset = reset_cgroups,
		.report = cgroups,
		.may_not = may_not_see,
	};
	int err;

	*cgroups = (struct report_cgroups){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	return converse(client,
			new_request(client, NUMATRACE_CMD_CGROUP_GET,
				    NLM_F_DUMP),
			&exchange);
}

static int parse_config(struct exchange *exchange, struct nlmsghdr *message)
{
	return reply_config(message, exchange->report);
}

static void reset_config(struct exchange *exchange)
{
	*(struct report_config *)exchange->report = (struct report_config){ 0 };
}

int client_config(struct client *client, struct report_config *config)
{
	struct exchange exchange = {
		.parse = parse_config,
		.reset = reset_config,
		.report = config,
	};
	int err;

	*config = (struct report_config){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	return converse(client,
			new_request(client, NUMATRACE_CMD_CONFIG_GET, 0),
			&exchange);
}

static int put_setting(struct nl_msg *request, int field, uint64_t value)
{
	int attribute = NUMATRACE_A_CONFIG_PROCESS_TABLE_SIZE + field;

	if (field == CONFIG_MIN_FAULTS)
		return nla_put_u64(request, attribute, value);
	/* Too large is refused, with the module's words, as what it is. */
	return nla_put_u32(request, attribute,
			   value > UINT32_MAX ? UINT32_MAX : value);
}

static struct nl_msg *config_request(struct client *client,
				     const struct report_config *config)
{
	struct nl_msg *request;
	int err = 0;

	request = new_request(client, NUMATRACE_CMD_CONFIG_SET, 0);
	if (!request)
		return NULL;
	for (int i = 0; i < CONFIG_FIELDS; i++)
		if (config->set & (1U << i))
			err |= put_setting(request, i, config->value[i]);
	if (err) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

int client_set_config(struct client *client, const struct report_config *config)
{
	struct exchange exchange = { .may_not = may_not_set };
	int err = client_connect(client);

	if (err)
		return err;
	return converse(client, config_request(client, config), &exchange);
}
