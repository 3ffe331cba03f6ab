package io.saddlebag.database;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * How single damaged blocks of a stopped database are replaced by those of a copy that was rolled forward to where the original was
 * stopped (R8). Nothing else of its files changes. Keeps no state.
 *
 * <p>Failures are {@link io.saddlebag.fault.BackupException}s with a {@link BlockFault}.
 */
public interface BlockRepair {
    /**
     * A block.
     *
     * @param file of the original, absolute
     * @param number in that file, from 0
     */
    record Block(Path file, long number) {
        public Block {
            if (number < 0) {
                throw new IllegalArgumentException("blocks are counted from 0, not " + number);
            }
        }

        @Override
        public String toString() {
            return "block " + number + " of " + file;
        }
    }

    /** Called before each write: that the database is still down for us. */
    @FunctionalInterface
    interface StillDown {
        /** @throws IOException when it may run: then nothing may be written */
        void require() throws IOException;
    }

    /**
     * What was done.
     *
     * @param replaced blocks that are the copy's now
     * @param alike blocks that were as in the copy already, and were left alone
     * @param remarks a sentence each
     * @param warnings a sentence each
     */
    record Replaced(List<Block> replaced, List<Block> alike, List<String> remarks, List<String> warnings) {
        public Replaced {
            replaced = List.copyOf(replaced);
            alike = List.copyOf(alike);
            remarks = List.copyOf(remarks);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Which blocks are meant, by the names that the engine's own messages give them. Whatever state the database is in; touches nothing.
     *
     * @param names such as {@code base/16384/16385:7,9}
     * @throws io.saddlebag.fault.BackupException {@link BlockFault#BAD_BLOCK}, {@link BlockFault#NO_PROGRAM}
     */
    List<Block> require(List<String> names) throws IOException, InterruptedException;

    /**
     * Replaces the blocks. The original was stopped cleanly; the copy is open, and is stopped by this. Durable on return.
     *
     * @param aside folder for what the blocks had, made by this; absolute
     * @throws io.saddlebag.fault.BackupException {@link BlockFault#NOT_THE_SAME_STATE}, {@link BlockFault#BAD_COPY}: then nothing is written
     */
    Replaced replace(List<Block> blocks, CopyPlace from, Path aside, StillDown down, Consumer<String> log)
            throws IOException, InterruptedException;

    /** Where {@link #replace} may put what the blocks had, beside the database. */
    Path aside(String job);

    /**
     * Has the open database read all of what the blocks belong to.
     *
     * @return what was looked at, a sentence each
     * @throws io.saddlebag.fault.BackupException {@link BlockFault#STILL_DAMAGED}
     */
    List<String> check(List<Block> blocks, Duration limit) throws IOException, InterruptedException;
}
