// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded, kills a program by SIGKILL once it has put so many lines of its
 * journal on disk as the environment variable CRASH_AFTER says; with CRASH_AT_FORK
 * once it has a child.
 */
#include <dlfcn.h>
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

pid_t fork(void)
{
	pid_t (*real)(void) = dlsym(RTLD_NEXT, "fork");
	pid_t pid = real();

	if (pid > 0 && getenv("CRASH_AT_FORK"))
		raise(SIGKILL);
	return pid;
}
