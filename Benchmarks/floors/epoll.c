/* Answers every HTTP/1.1 request with the same bytes: the least that a server of pages has to do.
 *
 *     cc -O2 -pthread -o epoll epoll.c
 *     ./epoll 2 page.json
 *
 * Takes the number of threads and the file with the body. One line says when it is ready, and on
 * which port; it runs until it is killed. Of a request it finds the end of the head and no more, so
 * none may have a body. Requests may be pipelined: what is answered together is written at once.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../../Sources/CScheduler/shim.h"

enum { THREADS_MAX = 1024, BODY_BYTES_MAX = 1 << 20, READ_BYTES = 16384, EVENTS = 256, PARTS = 64 };

/* The fields that the server sends with a page. */
static const char head[] = "HTTP/1.1 200 OK\r\n"
                           "X-Content-Type-Options: nosniff\r\n"
                           "Cache-Control: no-store\r\n"
                           "Date: Tue, 05 Nov 2024 10:00:00 GMT\r\n"
                           "Content-Type: application/json\r\n"
                           "Content-Length: %zu\r\n\r\n%s";

static char *answer;
static size_t answer_bytes;

struct connection {
    int socket;
    /* How much of the empty line that ends a head the last bytes were: 0 to 3. */
    int matched;
    /* Answers that are not written, and how many bytes of the first of them are. */
    size_t owed, written;
};

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void prepare_answer(const char *path)
{
    static char body[BODY_BYTES_MAX];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        fail(path);
    size_t body_bytes = fread(body, 1, sizeof body - 1, file);
    fclose(file);
    int length = asprintf(&answer, head, body_bytes, body);
    if (length < 0)
        fail("asprintf");
    answer_bytes = (size_t)length;
}

static size_t heads_ended(struct connection *connection, const char *bytes, ssize_t count)
{
    static const char end[] = "\r\n\r\n";
    size_t heads = 0;
    int matched = connection->matched;
    for (ssize_t i = 0; i < count; i++) {
        matched = bytes[i] == end[matched] ? matched + 1 : bytes[i] == '\r';
        if (matched == 4) {
            heads++;
            matched = 0;
        }
    }
    connection->matched = matched;
    return heads;
}

/* Until all is written or the socket takes no more. Returns -1 when it is gone. */
static int write_owed(struct connection *connection)
{
    while (connection->owed > 0) {
        struct iovec parts[PARTS];
        size_t count = connection->owed < PARTS ? connection->owed : PARTS;
        for (size_t i = 0; i < count; i++)
            parts[i] = (struct iovec){.iov_base = answer, .iov_len = answer_bytes};
        parts[0].iov_base = answer + connection->written;
        parts[0].iov_len -= connection->written;
        ssize_t taken = writev(connection->socket, parts, (int)count);
        if (taken < 0)
            return errno == EAGAIN ? 0 : -1;
        size_t written = connection->written + (size_t)taken;
        connection->owed -= written / answer_bytes;
        connection->written = written % answer_bytes;
    }
    return 0;
}

/* Nothing is read while something is owed, so what a connection may ask for is bounded. */
static int serve(struct connection *connection, int poller)
{
    int was_owing = connection->owed > 0;
    if (!was_owing) {
        char bytes[READ_BYTES];
        ssize_t count = read(connection->socket, bytes, sizeof bytes);
        if (count <= 0)
            return -1;
        connection->owed = heads_ended(connection, bytes, count);
    }
    if (write_owed(connection) != 0)
        return -1;
    int is_owing = connection->owed > 0;
    if (is_owing == was_owing)
        return 0;
    struct epoll_event event = {.events = is_owing ? EPOLLOUT : EPOLLIN, .data.ptr = connection};
    return epoll_ctl(poller, EPOLL_CTL_MOD, connection->socket, &event);
}

static void *run(void *poller)
{
    struct epoll_event events[EVENTS];
    /* As the loops of our server. */
    nodus_set_time_slice(100000);
    while (1) {
        int count = epoll_wait(*(int *)poller, events, EVENTS, -1);
        if (count < 0 && errno != EINTR)
            fail("epoll_wait");
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (serve(connection, *(int *)poller) != 0) {
                close(connection->socket);
                free(connection);
            }
        }
    }
    return NULL;
}

static int listen_anywhere(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, length) != 0
        || listen(listener, SOMAXCONN) != 0
        || getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        fail("listen");
    printf("The floor is ready on http://127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(int count, char **arguments)
{
    static int pollers[THREADS_MAX];
    int threads = count == 3 ? atoi(arguments[1]) : 0;
    if (threads < 1 || threads > THREADS_MAX) {
        fprintf(stderr, "usage: %s THREADS FILE\n", arguments[0]);
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    prepare_answer(arguments[2]);
    for (int i = 0; i < threads; i++) {
        pthread_t thread;
        pollers[i] = epoll_create1(EPOLL_CLOEXEC);
        if (pollers[i] < 0 || pthread_create(&thread, NULL, run, &pollers[i]) != 0)
            fail("a thread");
    }
    int listener = listen_anywhere();
    /* Connections are dealt out in turn, as NIO does; SO_REUSEPORT would leave it to chance. */
    for (int turn = 0;; turn = (turn + 1) % threads) {
        int on = 1, accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        struct connection *connection = calloc(1, sizeof *connection);
        if (accepted < 0 || connection == NULL)
            fail("accept4");
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connection->socket = accepted;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        if (epoll_ctl(pollers[turn], EPOLL_CTL_ADD, accepted, &event) != 0)
            fail("epoll_ctl");
    }
}
