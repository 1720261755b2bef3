// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: _timed COMMAND [ARG...]
 *
 * Runs the command three times and prints "MILLISECONDS BYTES": the
 * shortest time it took, and what it printed then.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ATTEMPTS 3

struct result {
	double milliseconds;
	size_t bytes;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void drain(int fd, struct result *result)
{
	static char buffer[1 << 16];
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		result->bytes += n;
}

static int run(char **command, struct result *result)
{
	double began = now();
	int ends[2], status;
	pid_t pid;

	memset(result, 0, sizeof(*result));
	if (pipe(ends))
		return -1;
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execvp(*command, command);
		_exit(127);
	}
	close(ends[1]);
	drain(ends[0], result);
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	result->milliseconds = now() - began;
	return status ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct result result, best = { 0 };
	int i;

	if (argc < 2) {
		fputs("usage: _timed COMMAND [ARG...]\n", stderr);
		return 2;
	}
	for (i = 0; i < ATTEMPTS; i++) {
		if (run(argv + 1, &result)) {
			fprintf(stderr, "_timed: %s failed\n", argv[1]);
			return 1;
		}
		if (!i || result.milliseconds < best.milliseconds)
			best = result;
	}
	printf("%.1f %zu\n", best.milliseconds, best.bytes);
	return 0;
}
