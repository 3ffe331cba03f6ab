package io.saddlebag.backup;

import io.saddlebag.host.FileKey;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ByteString;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Files with several names, each with the name that came first, until as many as it has were there. Memory (Q9): 8 bytes a file in a table
 * that is a third to two thirds full. All else is in a file without a name among the temporary ones as soon as it is longer than
 * {@value #MOST_IN_MEMORY} bytes, some 50 bytes and its path for each file. Thread-safe.
 */
final class LinkedFiles implements Closeable {
    private static final int MOST_IN_MEMORY = 1 << 20;
    private static final int FIRST_SLOTS = 64;
    private static final int MOST_SLOTS = 1 << 28;

    /** Records begin at multiples of it, so that 32 bits say where. */
    private static final int UNIT_BYTES = 16;

    private static final int INODE_AT = Long.BYTES;
    private static final int SEEN_AT = 2 * Long.BYTES;
    private static final int LANE_AT = SEEN_AT + Integer.BYTES;
    private static final int STORED_AT = LANE_AT + Integer.BYTES;
    private static final int LOST_AT = STORED_AT + Integer.BYTES;
    private static final int LENGTH_AT = LOST_AT + Integer.BYTES;
    private static final int HEADER_BYTES = LENGTH_AT + Integer.BYTES;

    private static final int NO_LANE = -1;
    private static final long LOWER_HALF = 0xffff_ffffL;

    private final HostFiles files;

    /** The hash of a file's key, and the unit at which its record begins; 0 where there is none. */
    private long[] slots = new long[FIRST_SLOTS];

    private int count;
    private byte[] memory = new byte[1024];
    private @Nullable SeekableByteChannel file;
    /** Of the records; no record begins at 0. */
    private long end = UNIT_BYTES;

    private boolean closed;

    /** @param files have a place for what is long */
    LinkedFiles(HostFiles files) {
        this.files = files;
    }

    /**
     * The first name of a file of which another one has come; null when none has come before. With as many as the file has, it is forgotten:
     * a name of it that still comes, since somebody renames what is being walked, is a file of its own.
     *
     * @param links how many names it has now
     */
    synchronized @Nullable FirstName further(FileKey key, long links) throws IOException {
        int slot = slotOf(key);
        if (slots[slot] == 0) {
            return null;
        }
        long at = placeIn(slot);
        int seen = number(at + SEEN_AT) + 1;
        setNumber(at + SEEN_AT, seen);
        if (seen >= links) {
            remove(slot);
        }
        return nameAt(at);
    }

    /** The first name of a file; null when none has come, or it is forgotten. */
    synchronized @Nullable FirstName find(FileKey key) throws IOException {
        int slot = slotOf(key);
        return slots[slot] == 0 ? null : nameAt(placeIn(slot));
    }

    /**
     * Takes it for the first name of a file, in the place of one that was.
     *
     * @param stored whether its content is in this image, and not in an earlier one
     */
    synchronized FirstName put(FileKey key, ByteString path, boolean stored) throws IOException {
        if (count >= slots.length / 3 * 2) {
            grow();
        }
        byte[] name = path.toBytes();
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + name.length);
        bytes.putLong(key.device()).putLong(key.inode());
        bytes.putInt(1).putInt(NO_LANE).putInt(stored ? 1 : 0).putInt(0).putInt(name.length);
        bytes.put(name).flip();
        long at = end;
        end = (at + bytes.limit() + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
        if (end / UNIT_BYTES > LOWER_HALF) {
            throw new IOException("more files with several names than anybody has: their paths are " + end + " bytes");
        }
        write(at, bytes);
        int slot = slotOf(key);
        if (slots[slot] == 0) {
            count++;
        }
        slots[slot] = (long) hash(key) << Integer.SIZE | at / UNIT_BYTES;
        return new FirstName(this, at, path, stored);
    }

    /** Gives the temporary file back. What is lost from now on is not heard of. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        slots = new long[1];
        count = 0;
        memory = new byte[0];
        if (file != null) {
            file.close();
        }
    }

    private synchronized void setIn(FirstName name, int field, int value) throws IOException {
        if (!closed) {
            setNumber(name.at + field, value);
        }
    }

    private synchronized int getOf(FirstName name, int field) throws IOException {
        return number(name.at + field);
    }

    private FirstName nameAt(long at) throws IOException {
        ByteBuffer header = read(at, HEADER_BYTES);
        byte[] path = read(at + HEADER_BYTES, header.getInt(LENGTH_AT)).array();
        return new FirstName(this, at, ByteString.copyOf(path), header.getInt(STORED_AT) == 1);
    }

    /** Where the file is, or would be. */
    private int slotOf(FileKey key) throws IOException {
        int hash = hash(key);
        int slot = hash & slots.length - 1;
        while (slots[slot] != 0 && !(hashIn(slot) == hash && isOf(key, placeIn(slot)))) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private boolean isOf(FileKey key, long at) throws IOException {
        ByteBuffer header = read(at, SEEN_AT);
        return header.getLong(0) == key.device() && header.getLong(INODE_AT) == key.inode();
    }

    private int hashIn(int slot) {
        return (int) (slots[slot] >>> Integer.SIZE);
    }

    private long placeIn(int slot) {
        return (slots[slot] & LOWER_HALF) * UNIT_BYTES;
    }

    /** All bits of it depend on all of the key's: inodes are often numbers in a row. */
    private static int hash(FileKey key) {
        long mixed = (key.inode() + 31 * key.device()) * 0x9e37_79b9_7f4a_7c15L;
        mixed = (mixed ^ mixed >>> 32) * 0xbf58_476d_1ce4_e5b9L;
        return (int) (mixed ^ mixed >>> 29);
    }

    private void grow() throws IOException {
        if (slots.length == MOST_SLOTS) {
            throw new IOException("more than " + count + " files with names that don't come");
        }
        long[] before = slots;
        slots = new long[2 * before.length];
        for (long each : before) {
            if (each != 0) {
                int slot = (int) (each >>> Integer.SIZE) & slots.length - 1;
                while (slots[slot] != 0) {
                    slot = slot + 1 & slots.length - 1;
                }
                slots[slot] = each;
            }
        }
    }

    /** What stands behind it moves up, so that nobody who looks for that stops here. */
    private void remove(int slot) {
        int free = slot;
        slots[free] = 0;
        count--;
        int mask = slots.length - 1;
        for (int next = free + 1 & mask; slots[next] != 0; next = next + 1 & mask) {
            int distance = next - (hashIn(next) & mask) & mask;
            if (distance >= (next - free & mask)) {
                slots[free] = slots[next];
                slots[next] = 0;
                free = next;
            }
        }
    }

    private int number(long at) throws IOException {
        return read(at, Integer.BYTES).getInt(0);
    }

    private void setNumber(long at, int number) throws IOException {
        write(at, ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        if (file == null) {
            return bytes.put(0, memory, (int) at, length);
        }
        file.position(at);
        while (bytes.hasRemaining()) {
            if (file.read(bytes) < 0) {
                throw new EOFException("the temporary file of names ends at byte " + (at + bytes.position()));
            }
        }
        return bytes.rewind();
    }

    private void write(long at, ByteBuffer bytes) throws IOException {
        long until = at + bytes.limit();
        if (file == null && until > MOST_IN_MEMORY) {
            file = files.openUnnamed();
            ByteBuffer all = ByteBuffer.wrap(memory);
            memory = new byte[0];
            writeTo(file, 0, all);
        }
        if (file != null) {
            writeTo(file, at, bytes);
            return;
        }
        if (until > memory.length) {
            memory = Arrays.copyOf(memory, (int) Math.max(until, 2L * memory.length));
        }
        bytes.get(0, memory, (int) at, bytes.limit());
    }

    private static void writeTo(SeekableByteChannel file, long at, ByteBuffer bytes) throws IOException {
        file.position(at);
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** The name under which a file with several comes first. */
    static final class FirstName {
        private final LinkedFiles in;
        private final long at;
        private final ByteString path;
        private final boolean stored;

        private FirstName(LinkedFiles in, long at, ByteString path, boolean stored) {
            this.in = in;
            this.at = at;
            this.path = path;
            this.stored = stored;
        }

        ByteString path() {
            return path;
        }

        /** Whether its content is in this image, and not in an earlier one. */
        boolean stored() {
            return stored;
        }

        /** Whether the image hasn't got it: it could not be opened. */
        boolean lost() throws IOException {
            return in.getOf(this, LOST_AT) == 1;
        }

        void lose() throws IOException {
            in.setIn(this, LOST_AT, 1);
        }

        /** The lane that has it (M28), or another when none was said. */
        int laneOr(int other) throws IOException {
            int lane = in.getOf(this, LANE_AT);
            return lane == NO_LANE ? other : lane;
        }

        void goesTo(int lane) throws IOException {
            in.setIn(this, LANE_AT, lane);
        }
    }
}
