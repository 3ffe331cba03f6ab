package io.saddlebag.database.postgresql;

import io.saddlebag.database.BlockFault;
import io.saddlebag.database.BlockRepair.Block;
import io.saddlebag.fault.BackupException;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Blocks of two stopped servers: read from both, kept aside, and written to one of them. */
final class BlockFiles {
    private final Path original;
    private final Path copy;
    private final int blockBytes;
    private final LogPosition end;

    /** @param end of the copy's log: no block of it can be newer */
    BlockFiles(Path original, Path copy, int blockBytes, LogPosition end) {
        this.original = original;
        this.copy = copy;
        this.blockBytes = blockBytes;
        this.end = end;
    }

    /** A block as it is, and as it is in the copy. */
    static final class Pair {
        private final Block block;
        private final byte[] had;
        private final byte[] wanted;

        Pair(Block block, byte[] had, byte[] wanted) {
            this.block = block;
            this.had = had;
            this.wanted = wanted;
        }

        Block block() {
            return block;
        }

        boolean areAlike() {
            return Arrays.equals(had, wanted);
        }
    }

    /** All of them, before any is written. */
    List<Pair> read(List<Block> blocks) throws IOException {
        List<Pair> pairs = new ArrayList<>();
        for (Block each : blocks) {
            Path copied = copy.resolve(original.relativize(each.file()));
            if (!Files.isRegularFile(copied, LinkOption.NOFOLLOW_LINKS)
                    || Files.size(copied) < (each.number() + 1) * blockBytes) {
                throw bad(each + " isn't in the copy");
            }
            byte[] wanted = read(copied, each.number());
            LogPosition changed = changed(wanted);
            if (changed.isAfter(end)) {
                throw bad(each + " was changed at " + changed + " in the copy, which is behind the end of its log, "
                        + end);
            }
            pairs.add(new Pair(each, read(each.file(), each.number()), wanted));
        }
        return pairs;
    }

    /** {@code pd_lsn} of {@code bufpage.h}: two u32, the higher one first, in host byte order. */
    private static LogPosition changed(byte[] block) {
        ByteBuffer head = ByteBuffer.wrap(block).order(ByteOrder.nativeOrder());
        return LogPosition.lsn((Integer.toUnsignedLong(head.getInt(0)) << Integer.SIZE)
                | Integer.toUnsignedLong(head.getInt(Integer.BYTES)));
    }

    private byte[] read(Path file, long number) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(blockBytes);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (block.hasRemaining()) {
                if (channel.read(block, number * blockBytes + block.position()) < 0) {
                    throw bad("block " + number + " of " + file + " is cut off");
                }
            }
        } catch (BackupException known) {
            throw known;
        } catch (IOException unreadable) {
            throw new BackupException(
                    BlockFault.BAD_COPY,
                    "block " + number + " of " + file + " can't be read: " + unreadable.getMessage(),
                    "When the disk can't read it, nothing should be written to that disk any more: recover the whole"
                            + " database to another one.",
                    unreadable);
        }
        return block.array();
    }

    /** What the block has, in a file of its own. Durable on return. */
    void keep(Pair pair, Path aside) throws IOException {
        if (!Files.isDirectory(aside, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path parent =
                    Objects.requireNonNull(aside.toAbsolutePath().getParent(), "a folder that was made is in one");
            ArrangedRecovery.sync(parent, StandardOpenOption.READ);
        }
        Path kept = aside.resolve(
                original.relativize(pair.block().file()).toString().replace('/', '-') + "-block-"
                        + pair.block().number());
        Files.write(kept, pair.had, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-------"));
        ArrangedRecovery.sync(kept, StandardOpenOption.WRITE);
        ArrangedRecovery.sync(aside, StandardOpenOption.READ);
    }

    /** Durable on return. */
    void write(Pair pair) throws IOException {
        ByteBuffer block = ByteBuffer.wrap(pair.wanted);
        try (FileChannel channel = FileChannel.open(pair.block().file(), StandardOpenOption.WRITE)) {
            while (block.hasRemaining()) {
                channel.write(block, pair.block().number() * blockBytes + block.position());
            }
            channel.force(true);
        }
    }

    private static BackupException bad(String why) {
        return new BackupException(
                BlockFault.BAD_COPY,
                why,
                "Begin with another backup: --as-of, or --backup; or recover the whole database.");
    }
}
