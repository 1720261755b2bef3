// SPDX-License-Identifier: GPL-2.0
#include "daemon_notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A manager that does not listen is no reason to stop. */
static void send_text(const char *path, const char *text, size_t size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(path);
	int fd;

	if (length >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, length);
	/* An abstract name begins with a zero, which "@" stands for. */
	if (*path == '@')
		*address.sun_path = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, text, size, MSG_NOSIGNAL, (struct sockaddr *)&address,
	       offsetof(struct sockaddr_un, sun_path) + length);
	close(fd);
}

void daemon_notify(const char *format, ...)
{
	const char *path = getenv("NOTIFY_SOCKET");
	va_list arguments;
	char *text;
	int length;

	if (!path || (*path != '/' && *path != '@'))
		return;
	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	send_text(path, text, (size_t)length);
	free(text);
}
