// SPDX-License-Identifier: GPL-2.0
#include "client_exchange.h"

#include "reply.h"
#include "topology.h"

#include <errno.h>

#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

static const char may_not_set[] =
	"changing anything in the module needs CAP_NET_ADMIN; run it as root";
static const char may_not_see[] =
	"this needs CAP_SYS_PTRACE, CAP_PERFMON or CAP_SYS_ADMIN; run it as root";
static const char no_row[] =
	"no such process, or it was not seen to access memory, or only root may see it";
static const char no_process[] = "no such process";

static int parse_info(struct client_exchange *exchange,
		      struct nlmsghdr *message)
{
	struct report_info *info = exchange->report;

	/* There is one reply, not two. */
	return info->module_version ? -EBADMSG : reply_info(message, info);
}

static void reset_info(struct client_exchange *exchange)
{
	report_free_info(exchange->report);
}

int client_info(struct client *client, struct report_info *info)
{
	struct client_exchange exchange = {
		.parse = parse_info,
		.reset = reset_info,
		.report = info,
	};
	int err;

	*info = (struct report_info){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	err = client_converse(client,
			      client_request(client, NUMATRACE_CMD_INFO_GET, 0),
			      &exchange);
	if (!err && !info->module_version)
		return client_malformed(client);
	/* The module tells only what it counts: it opens no file. */
	info->balancing = topology_balancing();
	return err;
}

static int parse_node(struct client_exchange *exchange,
		      struct nlmsghdr *message)
{
	return reply_node(message, exchange->report);
}

static void reset_nodes(struct client_exchange *exchange)
{
	report_free_nodes(exchange->report);
}

int client_nodes(struct client *client, struct report_nodes *nodes)
{
	struct client_exchange exchange = {
		.parse = parse_node,
		.reset = reset_nodes,
		.report = nodes,
	};
	int err;

	*nodes = (struct report_nodes){ 0 };
	err = client_dump(client, NUMATRACE_CMD_NODE_GET, &exchange);
	if (!err && !report_sort_nodes(nodes)) {
		report_free_nodes(nodes);
		return client_malformed(client);
	}
	return err;
}

static int parse_matrix(struct client_exchange *exchange,
			struct nlmsghdr *message)
{
	return reply_matrix(message, exchange->kind, exchange->report);
}

static void reset_matrix(struct client_exchange *exchange)
{
	report_free_matrix(exchange->report);
}

/* With @reason NULL, whatever the reason. */
static struct nl_msg *matrix_request(struct client *client,
				     enum numatrace_matrix_kind kind,
				     const uint32_t *reason)
{
	struct nl_msg *request;
	int err;

	request = client_request(client, NUMATRACE_CMD_MATRIX_GET, NLM_F_DUMP);
	if (!request)
		return NULL;
	err = nla_put_u32(request, NUMATRACE_A_MATRIX_KIND, kind);
	if (reason)
		err |= nla_put_u32(request, NUMATRACE_A_MATRIX_REASON, *reason);
	if (err) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

static int get_matrix(struct client *client, enum numatrace_matrix_kind kind,
		      const uint32_t *reason, struct report_matrix *matrix)
{
	struct client_exchange exchange = {
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
	err = client_converse(client, matrix_request(client, kind, reason),
			      &exchange);
	if (!err && !report_sort_matrix(matrix)) {
		report_free_matrix(matrix);
		return client_malformed(client);
	}
	return err;
}

int client_matrix(struct client *client, enum numatrace_matrix_kind kind,
		  struct report_matrix *matrix)
{
	return get_matrix(client, kind, NULL, matrix);
}

int client_migrations(struct client *client, uint32_t reason,
		      struct report_matrix *matrix)
{
	return get_matrix(client, NUMATRACE_MATRIX_KIND_MIGRATION, &reason,
			  matrix);
}

static struct nl_msg *hook_request(struct client *client, const char *name,
				   bool on)
{
	uint32_t state =
		on ? NUMATRACE_HOOK_STATE_FTRACE : NUMATRACE_HOOK_STATE_OFF;
	struct nlattr *nest;
	struct nl_msg *request;

	request = client_request(client, NUMATRACE_CMD_HOOK_SET, 0);
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
	struct client_exchange exchange = { .may_not = may_not_set };
	int err = client_connect(client);

	if (err)
		return err;
	return client_converse(client, hook_request(client, name, on),
			       &exchange);
}

static int parse_process(struct client_exchange *exchange,
			 struct nlmsghdr *message)
{
	return reply_process(message, exchange->report);
}

static void reset_processes(struct client_exchange *exchange)
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

	request = client_request(client, NUMATRACE_CMD_PROCESS_GET, NLM_F_DUMP);
	if (request && put_filter(request, filter)) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

int client_processes(struct client *client, const struct client_filter *filter,
		     struct report_processes *processes)
{
	struct client_exchange exchange = {
		.parse = parse_process,
		.reset = reset_processes,
		.report = processes,
	};
	int err;

	*processes = (struct report_processes){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	return client_converse(client, processes_request(client, filter),
			       &exchange);
}

/* A request about one process, whose pid is @attribute. */
static struct nl_msg *pid_request(struct client *client, int command, int flags,
				  int attribute, uint32_t pid)
{
	struct nl_msg *request = client_request(client, command, flags);

	if (request && nla_put_u32(request, attribute, pid)) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

int client_process(struct client *client, uint32_t pid,
		   struct report_processes *one)
{
	struct client_exchange exchange = {
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
	err = client_converse(client,
			      pid_request(client, NUMATRACE_CMD_PROCESS_GET, 0,
					  NUMATRACE_A_PROCESS_PID, pid),
			      &exchange);
	if (!err && one->count != 1) {
		report_free_processes(one);
		return client_malformed(client);
	}
	return err;
}

static int parse_thread(struct client_exchange *exchange,
			struct nlmsghdr *message)
{
	return reply_thread(message, exchange->report);
}

static void reset_threads(struct client_exchange *exchange)
{
	report_free_threads(exchange->report);
}

int client_threads(struct client *client, uint32_t pid,
		   struct report_threads *threads)
{
	struct client_exchange exchange = {
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
	err = client_converse(client,
			      pid_request(client, NUMATRACE_CMD_THREAD_GET,
					  NLM_F_DUMP, NUMATRACE_A_THREAD_PID,
					  pid),
			      &exchange);
	/* One that was passed may come again, when the way on was lost. */
	if (!err && !report_sort_threads(threads) && !exchange.interrupted) {
		report_free_threads(threads);
		return client_malformed(client);
	}
	return err;
}

static int parse_cgroup(struct client_exchange *exchange,
			struct nlmsghdr *message)
{
	return reply_cgroup(message, exchange->report);
}

static void reset_cgroups(struct client_exchange *exchange)
{
	report_free_cgroups(exchange->report);
}

int client_cgroups(struct client *client, struct report_cgroups *cgroups)
{
	struct client_exchange exchange = {
		.parse = parse_cgroup,
		.reset = reset_cgroups,
		.report = cgroups,
		.may_not = may_not_see,
	};

	*cgroups = (struct report_cgroups){ 0 };
	return client_dump(client, NUMATRACE_CMD_CGROUP_GET, &exchange);
}

static int parse_sample(struct client_exchange *exchange,
			struct nlmsghdr *message)
{
	return reply_sample(message, exchange->report);
}

static void reset_samples(struct client_exchange *exchange)
{
	report_free_samples(exchange->report);
}

static struct nl_msg *samples_request(struct client *client, uint64_t first)
{
	struct nl_msg *request;

	request = client_request(client, NUMATRACE_CMD_SAMPLE_GET, NLM_F_DUMP);
	if (request &&
	    nla_put_u64(request, NUMATRACE_A_SAMPLE_SEQUENCE, first)) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

int client_samples(struct client *client, uint64_t first,
		   struct report_samples *samples)
{
	struct client_exchange exchange = {
		.parse = parse_sample,
		.reset = reset_samples,
		.report = samples,
	};
	int err;

	*samples = (struct report_samples){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	err = client_converse(client, samples_request(client, first),
			      &exchange);
	if (!err)
		report_finish_samples(samples);
	return err;
}

static int parse_finding(struct client_exchange *exchange,
			 struct nlmsghdr *message)
{
	return reply_finding(message, exchange->report);
}

static void reset_findings(struct client_exchange *exchange)
{
	report_free_findings(exchange->report);
}

int client_findings(struct client *client, struct report_findings *findings)
{
	struct client_exchange exchange = {
		.parse = parse_finding,
		.reset = reset_findings,
		.report = findings,
	};

	*findings = (struct report_findings){ 0 };
	return client_dump(client, NUMATRACE_CMD_FINDING_GET, &exchange);
}

static int parse_config(struct client_exchange *exchange,
			struct nlmsghdr *message)
{
	return reply_config(message, exchange->report);
}

static void reset_config(struct client_exchange *exchange)
{
	*(struct report_config *)exchange->report = (struct report_config){ 0 };
}

int client_config(struct client *client, struct report_config *config)
{
	struct client_exchange exchange = {
		.parse = parse_config,
		.reset = reset_config,
		.report = config,
	};
	int err;

	*config = (struct report_config){ 0 };
	err = client_connect(client);
	if (err)
		return err;
	return client_converse(client,
			       client_request(client, NUMATRACE_CMD_CONFIG_GET,
					      0),
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

	request = client_request(client, NUMATRACE_CMD_CONFIG_SET, 0);
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
	struct client_exchange exchange = { .may_not = may_not_set };
	int err = client_connect(client);

	if (err)
		return err;
	return client_converse(client, config_request(client, config),
			       &exchange);
}
