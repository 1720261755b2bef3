// SPDX-License-Identifier: GPL-2.0
#include "_family.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/numatrace.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

static struct nl_msg *new_request(uint16_t type, int flags, uint8_t command)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (msg)
		genlmsg_put(msg, 0, 1, type, 0, NLM_F_REQUEST | flags, command,
			    1);
	return msg;
}

/* A socket with the request on its way; frees it. */
static int ask(struct nl_msg *msg)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	ssize_t length = nlmsg_hdr(msg)->nlmsg_len;

	if (fd >= 0 && send(fd, nlmsg_hdr(msg), length, 0) != length) {
		close(fd);
		fd = -1;
	}
	nlmsg_free(msg);
	return fd;
}

static void add_getter(struct family *family, uint8_t command, bool dump)
{
	if (family->count < FAMILY_MAX_GETTERS)
		family->getter[family->count++] =
			(struct family_getter){ command, dump };
}

static void parse_operations(struct nlattr *list, struct family *family)
{
	struct nlattr *table[CTRL_ATTR_OP_MAX + 1], *operation;
	uint32_t command, flags;
	int rest;

	nla_for_each_nested(operation, list, rest) {
		if (nla_parse_nested(table, CTRL_ATTR_OP_MAX, operation, NULL))
			return;
		command = nla_get_u32(table[CTRL_ATTR_OP_ID]);
		flags = nla_get_u32(table[CTRL_ATTR_OP_FLAGS]);
		if (flags & GENL_ADMIN_PERM)
			continue;
		if (flags & GENL_CMD_CAP_DO)
			add_getter(family, command, false);
		if (flags & GENL_CMD_CAP_DUMP)
			add_getter(family, command, true);
	}
}

static int parse_family(struct nlmsghdr *message, struct family *family)
{
	struct nlattr *table[CTRL_ATTR_MAX + 1];

	if (message->nlmsg_type != GENL_ID_CTRL ||
	    genlmsg_parse(message, 0, table, CTRL_ATTR_MAX, NULL) ||
	    !table[CTRL_ATTR_OPS])
		return -1;
	family->id = nla_get_u16(table[CTRL_ATTR_FAMILY_ID]);
	parse_operations(table[CTRL_ATTR_OPS], family);
	return family->count ? 0 : -1;
}

int family_find(const char *name, struct family *family)
{
	struct nl_msg *msg = new_request(GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	char buffer[16384];
	ssize_t length;
	int fd;

	*family = (struct family){ 0 };
	nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, name);
	fd = ask(msg);
	if (fd < 0)
		return -1;
	length = recv(fd, buffer, sizeof(buffer), 0);
	close(fd);
	if (length < (ssize_t)NLMSG_HDRLEN)
		return -1;
	return parse_family((struct nlmsghdr *)buffer, family);
}

int family_ask(const struct family *family, const struct family_getter *getter,
	       pid_t pid)
{
	struct nl_msg *msg =
		new_request(family->id, getter->dump ? NLM_F_DUMP : 0,
			    getter->command);

	if (getter->command == NUMATRACE_CMD_THREAD_GET)
		nla_put_u32(msg, NUMATRACE_A_THREAD_PID, pid);
	if (getter->command == NUMATRACE_CMD_PROCESS_GET && !getter->dump)
		nla_put_u32(msg, NUMATRACE_A_PROCESS_PID, pid);
	if (getter->command == NUMATRACE_CMD_MATRIX_GET)
		nla_put_u32(msg, NUMATRACE_A_MATRIX_KIND,
			    NUMATRACE_MATRIX_KIND_ACCESS);
	return ask(msg);
}

int family_ask_kernel(void)
{
	return ask(new_request(GENL_ID_CTRL, NLM_F_DUMP, CTRL_CMD_GETFAMILY));
}

/* True at the end of the answer, with what came of it. */
static bool is_end(const struct nlmsghdr *message, int *result)
{
	if (message->nlmsg_type != NLMSG_DONE &&
	    message->nlmsg_type != NLMSG_ERROR)
		return !(message->nlmsg_flags & NLM_F_MULTI);
	if (*(int *)NLMSG_DATA(message))
		*result = *(int *)NLMSG_DATA(message);
	return true;
}

int family_receive(int socket, const struct family *family)
{
	char buffer[32768];
	struct nlmsghdr *message;
	int length, result = 0;

	for (;;) {
		message = (struct nlmsghdr *)buffer;
		length = recv(socket, buffer, sizeof(buffer), 0);
		if (length <= 0)
			return length ? -errno : -ENODATA;
		for (; nlmsg_ok(message, length);
		     message = nlmsg_next(message, &length)) {
			if (message->nlmsg_type == family->id)
				result++;
			if (is_end(message, &result))
				return result;
		}
	}
}
