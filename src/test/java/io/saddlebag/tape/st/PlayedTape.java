package io.saddlebag.tape.st;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel's tape driver with its habits, on a tape of byte arrays: nothing is read at a filemark, an error at the end of
 * data, space ends in turns, and it adds a filemark when written tape is moved or closed.
 */
final class PlayedTape implements StCalls {
    private static final int EIO = 5;
    private static final int ENOSPC = 28;
    private static final byte[] FILEMARK = {};

    final List<byte[]> objects = new ArrayList<>();
    /** Objects from which on the drive warns. */
    int warnsFrom = Integer.MAX_VALUE;
    /** Objects that fit. */
    int holds = Integer.MAX_VALUE;
    /** An object that can't be read. */
    int unreadable = -1;
    /** A block that the drive takes although the kernel says that there was no space. */
    int takenButRefused = -1;

    boolean tellsPosition = true;
    boolean online = true;
    boolean writeProtected;
    int lateError;
    /** So often the question for the position fails. */
    int positionFailures;
    /** The drive was reset: nothing works until the tape is rewound. */
    boolean lost;

    int writes;

    private int at;
    private boolean writing;
    private boolean refuseNext;
    private long flags;

    @Override
    public int open(byte[] path, int access, int mode) {
        if (writeProtected && (access & O_RDWR) != 0) {
            throw new LastErrorException(30);
        }
        return 3;
    }

    @Override
    public int close(int fd) {
        addFilemark();
        return 0;
    }

    @Override
    public NativeLong write(int fd, Pointer from, NativeLong bytes) {
        fail(lost ? EIO : 0);
        if (refuseNext) {
            refuseNext = false;
            throw new LastErrorException(ENOSPC);
        }
        flags = 0;
        if (at >= holds) {
            throw new LastErrorException(ENOSPC);
        }
        writes++;
        truncate();
        objects.add(from.getByteArray(0, bytes.intValue()));
        at++;
        writing = true;
        if (at > warnsFrom) {
            flags = 0x20000000L;
            refuseNext = true;
        }
        if (at - 1 == takenButRefused) {
            throw new LastErrorException(ENOSPC);
        }
        return bytes;
    }

    @Override
    public NativeLong read(int fd, Pointer into, NativeLong bytes) {
        fail(lost ? EIO : 0);
        flags = 0;
        if (at == unreadable || at == objects.size()) {
            throw new LastErrorException(EIO);
        }
        byte[] object = objects.get(at++);
        if (object.length > bytes.intValue()) {
            throw new LastErrorException(12);
        }
        into.write(0, object, 0, object.length);
        return new NativeLong(object.length);
    }

    @Override
    public int ioctl(int fd, NativeLong request, Object... argument) {
        Pointer memory = (Pointer) argument[0];
        long number = request.longValue();
        if (number == MTIOCGET) {
            fail(lateError);
            lateError = 0;
            memory.setLong(24, flags | (online ? 0x01000000L : 0x00040000L) | (writeProtected ? 0x04000000L : 0));
        } else if (number == MTIOCPOS) {
            boolean fails = !tellsPosition || lost || positionFailures > 0;
            positionFailures = Math.max(0, positionFailures - 1);
            fail(fails ? EIO : 0);
            memory.setLong(0, at);
        } else {
            operate(memory.getShort(0), memory.getInt(4));
        }
        return 0;
    }

    /** As the adapter resets the drive: the tape is rewound, and what was not on it yet is gone. */
    void reset() {
        lost = true;
        writing = false;
        at = 0;
    }

    private void operate(int operation, int count) {
        lost &= operation != MTREW;
        fail(lost ? EIO : 0);
        flags = 0;
        refuseNext &= operation == MTWEOF;
        switch (operation) {
            case MTWEOF -> {
                for (int i = 0; i < count; i++) {
                    truncate();
                    objects.add(FILEMARK);
                    at++;
                }
                writing = false;
            }
            case MTREW -> {
                addFilemark();
                at = 0;
            }
            case MTSEEK -> {
                fail(tellsPosition ? 0 : EIO);
                addFilemark();
                at = Math.min(count, objects.size());
                fail(count > objects.size() ? EIO : 0);
            }
            case MTFSR -> {
                if (at == objects.size()) {
                    flags = 0x08000000L;
                    throw new LastErrorException(EIO);
                }
                at++;
            }
            case MTUNLOAD -> {
                addFilemark();
                at = 0;
                online = false;
            }
            case MTLOAD, MTSETBLK -> flags = 0;
            default -> throw new LastErrorException(22);
        }
    }

    private void addFilemark() {
        if (writing) {
            objects.add(FILEMARK);
            writing = false;
        }
    }

    private void truncate() {
        objects.subList(at, objects.size()).clear();
    }

    private static void fail(int error) {
        if (error != 0) {
            throw new LastErrorException(error);
        }
    }
}
