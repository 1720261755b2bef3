// SPDX-License-Identifier: GPL-2.0
#include "_samples.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

static struct nl_sock *connect_family(int *family)
{
	struct nl_sock *socket = nl_socket_alloc();

	if (!socket)
		return NULL;
	*family = genl_connect(socket)
			  ? -1
			  : genl_ctrl_resolve(socket, NUMATRACE_FAMILY_NAME);
	if (*family >= 0)
		return socket;
	nl_socket_free(socket);
	return NULL;
}

static struct sample_part *add_part(struct samples *samples)
{
	struct sample_part *part;

	part = realloc(samples->part, (samples->count + 1) * sizeof(*part));
	if (!part)
		return NULL;
	samples->part = part;
	part += samples->count++;
	memset(part, 0, sizeof(*part));
	return part;
}

static int parse_node(struct sample_part *part, struct nlattr *nest)
{
	struct nlattr *attrs[NUMATRACE_A_NODE_MAX + 1];
	int i;

	if (nla_parse_nested(attrs, NUMATRACE_A_NODE_MAX, nest, NULL) ||
	    !attrs[NUMATRACE_A_NODE_ID] || !attrs[NUMATRACE_A_NODE_STATE])
		return -EBADMSG;
	part->node = nla_get_u32(attrs[NUMATRACE_A_NODE_ID]);
	for (i = NUMATRACE_A_NODE_MEM_TOTAL; i <= NUMATRACE_A_NODE_MAX; i++) {
		if (!attrs[i])
			return -EBADMSG;
		part->value[i] = nla_get_u64(attrs[i]);
	}
	return 0;
}

static int parse_cgroup(struct sample_part *part, struct nlattr *nest)
{
	struct nlattr *attrs[NUMATRACE_A_CGROUP_MAX + 1];

	if (nla_parse_nested(attrs, NUMATRACE_A_CGROUP_MAX, nest, NULL) ||
	    !attrs[NUMATRACE_A_CGROUP_ID] ||
	    !attrs[NUMATRACE_A_CGROUP_LOCAL_FAULTS] ||
	    !attrs[NUMATRACE_A_CGROUP_REMOTE_FAULTS])
		return -EBADMSG;
	part->cgroup = nla_get_u64(attrs[NUMATRACE_A_CGROUP_ID]);
	part->local = nla_get_u64(attrs[NUMATRACE_A_CGROUP_LOCAL_FAULTS]);
	part->remote = nla_get_u64(attrs[NUMATRACE_A_CGROUP_REMOTE_FAULTS]);
	return 0;
}

static int parse_cell(uint64_t *row, int counted, struct nlattr *nest)
{
	struct nlattr *attrs[NUMATRACE_A_CELL_MAX + 1];
	uint32_t column;

	if (nla_parse_nested(attrs, NUMATRACE_A_CELL_MAX, nest, NULL) ||
	    !attrs[NUMATRACE_A_CELL_COLUMN] || !attrs[counted])
		return -EBADMSG;
	column = nla_get_u32(attrs[NUMATRACE_A_CELL_COLUMN]);
	if (column >= SAMPLES_MAX_NODES)
		return -EBADMSG;
	row[column] = nla_get_u64(attrs[counted]);
	return 0;
}

static int parse_attribute(struct sample_part *part, struct nlattr *attr)
{
	switch (nla_type(attr)) {
	case NUMATRACE_A_SAMPLE_SEQUENCE:
		part->sequence = nla_get_u64(attr);
		return 0;
	case NUMATRACE_A_SAMPLE_TIMESTAMP:
		part->timestamp = nla_get_u64(attr);
		return 0;
	case NUMATRACE_A_SAMPLE_INTERVAL:
		part->interval = nla_get_u32(attr);
		return 0;
	case NUMATRACE_A_SAMPLE_MESSAGES:
		part->messages = nla_get_u32(attr);
		return 0;
	case NUMATRACE_A_SAMPLE_NODE:
		return parse_node(part, attr);
	case NUMATRACE_A_SAMPLE_CGROUP:
		return parse_cgroup(part, attr);
	case NUMATRACE_A_SAMPLE_ACCESS:
		return parse_cell(part->access, NUMATRACE_A_CELL_EVENTS, attr);
	case NUMATRACE_A_SAMPLE_MIGRATION:
		return parse_cell(part->migration, NUMATRACE_A_CELL_PAGES,
				  attr);
	default:
		return 0;
	}
}

static int parse_message(struct samples *samples, struct nlmsghdr *message)
{
	struct sample_part *part = add_part(samples);
	struct nlattr *attr;
	int rest, ret;

	if (!part)
		return -ENOMEM;
	nlmsg_for_each_attr(attr, message, GENL_HDRLEN, rest) {
		ret = parse_attribute(part, attr);
		if (ret)
			return ret;
	}
	return 0;
}

struct exchange {
	int (*parse)(void *result, struct nlmsghdr *message);
	void *result;
	int error;
};

static int on_message(struct nl_msg *message, void *arg)
{
	struct exchange *exchange = arg;

	exchange->error = exchange->parse(exchange->result, nlmsg_hdr(message));
	return exchange->error ? NL_STOP : NL_OK;
}

static int ask(int cmd, int flags, uint64_t from,
	       int (*parse)(void *result, struct nlmsghdr *message),
	       void *result)
{
	struct exchange exchange = { .parse = parse, .result = result };
	struct nl_msg *request = nlmsg_alloc();
	struct nl_sock *socket;
	int family, ret = -1;

	socket = connect_family(&family);
	if (!socket || !request)
		goto out;
	nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, on_message,
			    &exchange);
	if (!genlmsg_put(request, 0, 0, family, 0, flags, cmd, 1) ||
	    (from && nla_put_u64(request, NUMATRACE_A_SAMPLE_SEQUENCE, from)) ||
	    nl_send_auto(socket, request) < 0)
		goto out;
	ret = nl_recvmsgs_default(socket) < 0 || exchange.error ? -1 : 0;
out:
	nlmsg_free(request);
	nl_socket_free(socket);
	return ret;
}

static int parse_sample(void *result, struct nlmsghdr *message)
{
	return parse_message(result, message);
}

int samples_dump(uint64_t from, struct samples *samples)
{
	memset(samples, 0, sizeof(*samples));
	if (!ask(NUMATRACE_CMD_SAMPLE_GET, NLM_F_DUMP, from, parse_sample,
		 samples))
		return 0;
	samples_free(samples);
	return -1;
}

void samples_free(struct samples *samples)
{
	free(samples->part);
	memset(samples, 0, sizeof(*samples));
}

static int parse_info(void *result, struct nlmsghdr *message)
{
	struct nlattr *attrs[NUMATRACE_A_INFO_MAX + 1];
	struct sampling *sampling = result;

	if (genlmsg_parse(message, 0, attrs, NUMATRACE_A_INFO_MAX, NULL) ||
	    !attrs[NUMATRACE_A_INFO_SAMPLE_INTERVAL] ||
	    !attrs[NUMATRACE_A_INFO_SAMPLES] ||
	    !attrs[NUMATRACE_A_INFO_LAST_SEQUENCE] ||
	    !attrs[NUMATRACE_A_INFO_MEMORY])
		return -EBADMSG;
	sampling->interval =
		nla_get_u32(attrs[NUMATRACE_A_INFO_SAMPLE_INTERVAL]);
	sampling->samples = nla_get_u32(attrs[NUMATRACE_A_INFO_SAMPLES]);
	sampling->last = nla_get_u64(attrs[NUMATRACE_A_INFO_LAST_SEQUENCE]);
	sampling->memory = nla_get_u64(attrs[NUMATRACE_A_INFO_MEMORY]);
	return 0;
}

int samples_info(struct sampling *sampling)
{
	memset(sampling, 0, sizeof(*sampling));
	return ask(NUMATRACE_CMD_INFO_GET, 0, 0, parse_info, sampling);
}

const struct sample_part *samples_first(const struct samples *samples,
					uint64_t sequence)
{
	size_t i;

	for (i = 0; i < samples->count; i++)
		if (samples->part[i].sequence == sequence)
			return &samples->part[i];
	return NULL;
}

const struct sample_part *samples_node(const struct samples *samples,
				       uint64_t sequence, uint32_t node)
{
	const struct sample_part *part;
	size_t i;

	for (i = 0; i < samples->count; i++) {
		part = &samples->part[i];
		if (part->sequence == sequence && !part->cgroup &&
		    part->node == node)
			return part;
	}
	return NULL;
}

/* How many parts from @i on are of the same sample. */
static size_t length(const struct samples *samples, size_t i)
{
	size_t end = i;

	while (end < samples->count &&
	       samples->part[end].sequence == samples->part[i].sequence)
		end++;
	return end - i;
}

bool samples_in_order(const struct samples *samples, bool whole)
{
	const struct sample_part *part, *last = NULL;
	size_t i;

	for (i = 0; i < samples->count; i += length(samples, i)) {
		part = &samples->part[i];
		if (length(samples, i) != part->messages)
			return false;
		if (last && (part->sequence <= last->sequence ||
			     part->timestamp <= last->timestamp))
			return false;
		if (last && whole && part->sequence != last->sequence + 1)
			return false;
		last = part;
	}
	return true;
}

size_t samples_number(const struct samples *samples)
{
	size_t i, number = 0;

	for (i = 0; i < samples->count; i += length(samples, i))
		number++;
	return number;
}

uint64_t samples_oldest(const struct samples *samples)
{
	return samples->count ? samples->part[0].sequence : 0;
}

uint64_t samples_newest(const struct samples *samples)
{
	return samples->count ? samples->part[samples->count - 1].sequence : 0;
}

bool samples_grow(const struct samples *samples)
{
	const struct sample_part *part, *next;
	size_t i, j;

	for (i = 0; i < samples->count; i++) {
		part = &samples->part[i];
		next = samples_node(samples, part->sequence + 1, part->node);
		for (j = NUMATRACE_A_NODE_FAULTS;
		     next && j <= NUMATRACE_A_NODE_MAX; j++)
			if (next->value[j] < part->value[j])
				return false;
	}
	return true;
}

struct nl_sock *monitor_join(int buffer)
{
	struct nl_sock *monitor;
	int group, family;

	monitor = connect_family(&family);
	if (!monitor)
		return NULL;
	group = genl_ctrl_resolve_grp(monitor, NUMATRACE_FAMILY_NAME,
				      NUMATRACE_MCGRP_MONITOR);
	if (group >= 0 &&
	    (!buffer || !setsockopt(nl_socket_get_fd(monitor), SOL_SOCKET,
				    SO_RCVBUF, &buffer, sizeof(buffer))) &&
	    !nl_socket_add_membership(monitor, group))
		return monitor;
	nl_socket_free(monitor);
	return NULL;
}

void monitor_leave(struct nl_sock *monitor)
{
	nl_socket_free(monitor);
}

/* Of a notification that is not one of a sample nothing is kept. */
static int parse_datagram(struct samples *samples, char *datagram, int len)
{
	struct nlmsghdr *message = (struct nlmsghdr *)datagram;
	int ret;

	for (; nlmsg_ok(message, len); message = nlmsg_next(message, &len)) {
		if (genlmsg_hdr(message)->cmd != NUMATRACE_CMD_SAMPLE_NTF)
			continue;
		ret = parse_message(samples, message);
		if (ret)
			return ret;
	}
	return 0;
}

int monitor_receive(struct nl_sock *monitor, struct samples *samples, int ms)
{
	struct pollfd poll_fd = {
		.fd = nl_socket_get_fd(monitor),
		.events = POLLIN,
	};
	static char datagram[16384];
	int len;

	if (poll(&poll_fd, 1, ms) <= 0)
		return -ETIMEDOUT;
	len = recv(poll_fd.fd, datagram, sizeof(datagram), 0);
	if (len < 0)
		return -errno;
	return parse_datagram(samples, datagram, len);
}
