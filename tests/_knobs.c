// SPDX-License-Identifier: GPL-2.0
#include "_knobs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int knob_write(const char *path, long number)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return -1;
	fprintf(file, "%ld", number);
	return fclose(file);
}

int knob_write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_APPEND);
	int ret, error;

	if (fd < 0)
		return -1;
	ret = write(fd, text, strlen(text)) < 0 ? -1 : 0;
	error = errno;
	close(fd);
	errno = error;
	return ret;
}

long knob_read(const char *path)
{
	FILE *file = fopen(path, "r");
	long number = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%ld", &number) != 1)
		number = -1;
	fclose(file);
	return number;
}

uint64_t knob_vmstat(const char *key)
{
	FILE *file = fopen("/proc/vmstat", "r");
	uint64_t value, found = 0;
	char name[64];

	while (file && fscanf(file, "%63s %" SCNu64, name, &value) == 2)
		if (!strcmp(name, key))
			found = value;
	if (file)
		fclose(file);
	return found;
}
