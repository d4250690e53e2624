/* Appends and syncs, over and over: how often a second the disk takes something durably.
 *
 *     cc -O2 -o sync sync.c
 *     ./sync FILE 4096 4
 *
 * Takes the file, which is made anew, the bytes of each append, and the seconds. Prints JSON.
 *
 * The file is as large as a segment of the journal, and made like one: full of zeros that are
 * written and not only reserved, so that an append changes no metadata. From its end it goes on at
 * its beginning, where the journal would take the next segment; the disk does the same for both.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SEGMENT_BYTES = 64 << 20, PIECE_BYTES = 1 << 20 };

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void append(int file, const char *bytes, size_t count, off_t offset)
{
    if (pwrite(file, bytes, count, offset) != (ssize_t)count)
        fail("pwrite");
    if (fdatasync(file) != 0)
        fail("fdatasync");
}

int main(int count, char **arguments)
{
    size_t block = count == 4 ? strtoul(arguments[2], NULL, 10) : 0;
    double seconds = count == 4 ? atof(arguments[3]) : 0;
    if (block < 1 || block > PIECE_BYTES || seconds <= 0) {
        fprintf(stderr, "usage: %s FILE BYTES SECONDS\n", arguments[0]);
        return 64;
    }
    int file = open(arguments[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        fail(arguments[1]);
    static char bytes[PIECE_BYTES];
    for (off_t offset = 0; offset < SEGMENT_BYTES; offset += PIECE_BYTES)
        append(file, bytes, PIECE_BYTES, offset);

    memset(bytes, 'x', block);
    unsigned long syncs = 0;
    off_t offset = 0;
    double start = now(), elapsed = 0;
    while (elapsed < seconds) {
        if (offset + (off_t)block > SEGMENT_BYTES)
            offset = 0;
        append(file, bytes, block, offset);
        offset += (off_t)block;
        syncs++;
        elapsed = now() - start;
    }
    printf("{\"syncs\": %lu, \"seconds\": %.3f, \"perSecond\": %.1f}\n", syncs, elapsed,
           (double)syncs / elapsed);
    return 0;
}
