package io.saddlebag.job.file;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobName;
import io.saddlebag.job.Transcript;
import io.saddlebag.job.Transcripts;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;

/** {@link Transcripts} as files {@code FOLDER/15.log}, {@code FOLDER/admin-16.log}. */
public final class FileTranscripts implements Transcripts {
    /** Bytes read at once; longer than any line. */
    static final int PAGE_BYTES = 256 * 1024;

    private final Path folder;
    private final Clock clock;

    /** @param folder is made when it doesn't exist */
    public FileTranscripts(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** Where the job's transcript is, or will be. */
    public Path path(JobName job) {
        return folder.resolve(job.value().replace('/', '-') + ".log");
    }

    @Override
    public Transcript open(JobName job) throws IOException {
        Path path = path(job);
        try {
            Files.createDirectories(folder);
            boolean torn = torn(path);
            // not a channel: that would be closed for good by an interrupt of the writing thread
            FileOutputStream out = new FileOutputStream(path.toFile(), true);
            syncFolder();
            return new FileTranscript(path, out, clock, torn);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    @Override
    public Page read(JobName job, long fromByte) throws IOException {
        File file = path(job).toFile();
        if (!file.exists()) {
            return new Page(List.of(), fromByte);
        }
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            long available = Math.max(0, in.length() - fromByte);
            byte[] bytes = new byte[(int) Math.min(PAGE_BYTES, available)];
            in.seek(fromByte);
            in.readFully(bytes);
            int whole = lastBreak(bytes) + 1;
            String text = new String(bytes, 0, whole, StandardCharsets.UTF_8);
            return new Page(text.lines().toList(), fromByte + whole);
        } catch (IOException e) {
            throw new BackupException(
                    JobFault.TRANSCRIPT_UNREADABLE,
                    "transcript " + file + " can't be read: " + e.getMessage(),
                    "Check that file and its disk.",
                    e);
        }
    }

    static BackupException unwritable(Path path, IOException e) {
        Path folder = path.toAbsolutePath().getParent();
        String said = String.valueOf(e.getMessage());
        boolean full = said.contains("No space left")
                || said.contains("quota exceeded")
                || (folder != null
                        && folder.toFile().isDirectory()
                        && folder.toFile().getUsableSpace() == 0);
        return full
                ? new BackupException(
                        JobFault.TRANSCRIPT_OUT_OF_SPACE,
                        "transcript " + path + " can't be written, since its file system is full",
                        "Make room on the file system of " + path + ".",
                        e)
                : new BackupException(
                        JobFault.TRANSCRIPT_UNWRITABLE,
                        "transcript " + path + " can't be written: " + said,
                        "Check that its folder exists and that this user may write there.",
                        e);
    }

    /** Whether a process died within a line. */
    private static boolean torn(Path path) throws IOException {
        if (!Files.exists(path)) {
            return false;
        }
        try (RandomAccessFile in = new RandomAccessFile(path.toFile(), "r")) {
            if (in.length() == 0) {
                return false;
            }
            in.seek(in.length() - 1);
            return in.read() != '\n';
        }
    }

    /** So that a new file's name is as durable as its lines. */
    private void syncFolder() throws IOException {
        boolean interrupted = Thread.interrupted();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static int lastBreak(byte[] bytes) {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
