package io.saddlebag.journal.sqlite;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.journal.JournalId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a database's main file was like right after its log was merged by us. As long as it is like that nobody has merged anything,
 * so that the log, whatever its salts, holds all that was written since: only what was merged can be lost from a log.
 *
 * @param id of the journal that was merged, all of which is durable
 * @param main its main file: which one, how long, changed when
 */
record CutMark(JournalId id, String main) {
    private static final int MOST_BYTES = 1024;
    private static final String FORM = "saddlebag-cut-1";

    /** How a main file is now. By its name alone: who opens and closes it may drop another's locks. */
    static String of(HostFiles files, Path main) throws IOException {
        FileStatus now = files.status(main);
        return now.key() + " " + now.sizeBytes() + " " + now.times().modified();
    }

    /** Durable on return. */
    void write(HostFiles files, Path to) throws IOException {
        byte[] text = (FORM + "\n" + id.incarnation() + "\n" + id.sequence() + "\n" + main + "\n")
                .getBytes(StandardCharsets.UTF_8);
        try (NewFile file = files.create(to)) {
            ByteBuffer left = ByteBuffer.wrap(text);
            while (left.hasRemaining()) {
                file.channel().write(left);
            }
            file.replace();
        }
        Path folder = to.getParent();
        if (folder != null) {
            files.syncFolder(folder);
        }
    }

    /** Empty when there is none, or what is there isn't one: then nothing is proven by it. */
    static Optional<CutMark> read(HostFiles files, Path from) throws IOException {
        try (SeekableByteChannel channel = files.openRead(from);
                InputStream in = Channels.newInputStream(channel)) {
            String[] lines = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).split("\n", -1);
            if (lines.length != 5 || !lines[0].equals(FORM)) {
                return Optional.empty();
            }
            return Optional.of(
                    new CutMark(new JournalId(Long.parseLong(lines[1]), Long.parseLong(lines[2])), lines[3]));
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                return Optional.empty();
            }
            throw e;
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
