// SPDX-License-Identifier: GPL-2.0
#include "_cpuset.h"

#include "_worker.h"

#include "file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static unsigned long allocate(void)
{
	char *memory =
		mmap(NULL, ALLOCATOR_PAGES * 4096, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return 0;
	madvise(memory, ALLOCATOR_PAGES * 4096, MADV_NOHUGEPAGE);
	for (unsigned long i = 0; i < ALLOCATOR_PAGES; i++)
		memory[i * 4096] = 1;
	return (unsigned long)memory;
}

static unsigned long fork_idle(void)
{
	pid_t pid = worker_fork();

	if (pid)
		return pid;
	for (;;)
		pause();
}

static void be_allocator(int command, int answer)
{
	unsigned long value;
	char byte;

	while (read(command, &byte, 1) == 1) {
		value = byte == 'f' ? fork_idle() : allocate();
		if (write(answer, &value, sizeof(value)) != sizeof(value))
			break;
	}
	_exit(0);
}

int allocator_start(struct allocator *allocator)
{
	int command[2], answer[2];

	if (pipe(command) || pipe(answer))
		return -1;
	allocator->pid = worker_fork();
	if (!allocator->pid) {
		close(command[1]);
		close(answer[0]);
		be_allocator(command[0], answer[1]);
	}
	close(command[0]);
	close(answer[1]);
	allocator->command = command[1];
	allocator->answer = answer[0];
	return allocator->pid > 0 ? 0 : -1;
}

unsigned long allocator_tell(struct allocator *allocator, char what)
{
	unsigned long value = 0;

	if (write(allocator->command, &what, 1) != 1 ||
	    read(allocator->answer, &value, sizeof(value)) != sizeof(value))
		return 0;
	return value;
}

void allocator_end(struct allocator *allocator)
{
	if (allocator->pid <= 0)
		return;
	worker_end(allocator->pid);
	close(allocator->command);
	close(allocator->answer);
	allocator->pid = 0;
}

long allocator_pages_on(const struct allocator *allocator,
			unsigned long address, int node)
{
	char path[64], key[32], *text, *line, *end;
	long pages = -1;

	snprintf(path, sizeof(path), "/proc/%d/numa_maps", allocator->pid);
	text = file_read(path);
	snprintf(key, sizeof(key), "%lx ", address);
	line = text ? strstr(text, key) : NULL;
	if (line) {
		end = strchr(line, '\n');
		if (end)
			*end = '\0';
		snprintf(key, sizeof(key), " N%d=", node);
		line = strstr(line, key);
		pages = line ? atol(line + strlen(key)) : 0;
	}
	free(text);
	return pages;
}
