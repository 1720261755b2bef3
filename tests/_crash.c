// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded, kills a program by SIGKILL once it has put so many lines of its
 * journal on disk as the environment variable CRASH_AFTER says.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int fdatasync(int fd)
{
	static int lines;
	const char *after = getenv("CRASH_AFTER");
	int result = (int)syscall(SYS_fdatasync, fd);

	if (after && ++lines == atoi(after))
		raise(SIGKILL);
	return result;
}
