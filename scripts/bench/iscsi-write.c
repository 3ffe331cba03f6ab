/*
 * The bare loop that scripts/bench/iscsi compares with: WRITE(6) through libiscsi's synchronous call, one command at a
 * time. Arguments: host:port target lun block-bytes blocks. Prints the seconds of the loop and its filemark.
 * Prototypes stand here so that no headers are needed: cc -O2 iscsi-write.c -l:libiscsi.so.7
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct iscsi_context;
struct scsi_task;
struct iscsi_context *iscsi_create_context(const char *initiator);
int iscsi_set_targetname(struct iscsi_context *, const char *);
int iscsi_set_session_type(struct iscsi_context *, int);
int iscsi_set_header_digest(struct iscsi_context *, int);
int iscsi_full_connect_sync(struct iscsi_context *, const char *portal, int lun);
const char *iscsi_get_error(struct iscsi_context *);
int iscsi_logout_sync(struct iscsi_context *);
struct scsi_task *scsi_create_task(int cdb_size, unsigned char *cdb, int direction, int bytes);
int scsi_task_add_data_out_buffer(struct scsi_task *, int bytes, unsigned char *);
struct scsi_task *iscsi_scsi_command_sync(struct iscsi_context *, int lun, struct scsi_task *, void *);
void scsi_free_scsi_task(struct scsi_task *);

static int command(struct iscsi_context *iscsi, int lun, unsigned char *cdb, unsigned char *data, int bytes) {
    struct scsi_task *task = scsi_create_task(6, cdb, bytes ? 2 : 0, bytes);
    if (bytes) scsi_task_add_data_out_buffer(task, bytes, data);
    if (!iscsi_scsi_command_sync(iscsi, lun, task, NULL)) {
        fprintf(stderr, "%s\n", iscsi_get_error(iscsi));
        exit(1);
    }
    int status = *(int *)task;
    scsi_free_scsi_task(task);
    return status;
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    int lun = atoi(argv[3]), bytes = atoi(argv[4]), blocks = atoi(argv[5]);
    struct iscsi_context *iscsi = iscsi_create_context("iqn.2026-01.example.saddlebag:bare");
    iscsi_set_targetname(iscsi, argv[2]);
    iscsi_set_session_type(iscsi, 2);
    iscsi_set_header_digest(iscsi, 0);
    if (iscsi_full_connect_sync(iscsi, argv[1], -1)) {
        fprintf(stderr, "%s\n", iscsi_get_error(iscsi));
        return 1;
    }
    unsigned char *block = malloc(bytes);
    memset(block, 0x5a, bytes);
    unsigned char ready[6] = {0}, rewind[6] = {1}, filemark[6] = {0x10, 0, 0, 0, 1, 0};
    unsigned char write[6] = {0x0a, 0, bytes >> 16, bytes >> 8, bytes, 0};
    command(iscsi, lun, ready, NULL, 0);
    command(iscsi, lun, rewind, NULL, 0);
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < blocks; i++) {
        if (command(iscsi, lun, write, block, bytes)) return 3;
    }
    if (command(iscsi, lun, filemark, NULL, 0)) return 3;
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%.6f\n", b.tv_sec - a.tv_sec + (b.tv_nsec - a.tv_nsec) / 1e9);
    iscsi_logout_sync(iscsi);
    return 0;
}
