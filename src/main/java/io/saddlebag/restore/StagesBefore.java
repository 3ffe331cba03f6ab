package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.MemberType;
import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What restores of a database had staged when they died (R6). A file is taken over when all that the catalog knows of it fits, its
 * content's checksum too: it was never made durable, and may be of another backup. Files are moved into a folder of this restore's own: a process
 * that only hung writes into its old one.
 */
final class StagesBefore {
    /** Of a job: files. */
    static final String TAKEN_OVER = "taken-over";

    private static final int BUFFER_BYTES = 1 << 20;

    private final RestoreServices services;
    private final HostFiles files;
    private final RestorePlan plan;
    private final ComponentSwap swap;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long taken;
    private long bytes;

    StagesBefore(RestoreServices services, RestorePlan plan, ComponentSwap swap) {
        this.services = services;
        this.files = services.files();
        this.plan = plan;
        this.swap = swap;
    }

    /** Called while work goes on, to say so to whoever guards the database. */
    interface Work {
        void goesOn() throws IOException;
    }

    /**
     * Moves what is whole into the stage of this restore, and removes the rest. Only under the lease of the database that is down.
     *
     * @param roots of the database that are staged
     * @param wanted whether anything is to be taken over; else all is removed
     * @return how many files were taken over
     */
    long takeOver(JobRun job, Backup backup, List<Path> roots, boolean wanted, Work work) throws IOException {
        boolean any = false;
        for (Path root : roots) {
            Path place = plan.place(root);
            for (Path before : swap.stagesBefore(place)) {
                any = true;
                if (wanted) {
                    takeOver(backup, root, before, swap.staging(place), work);
                }
                swap.removeStageBefore(before);
            }
        }
        if (any) {
            job.figure(TAKEN_OVER, Long.toString(taken));
            job.transcript()
                    .line("took over " + taken + " files, " + bytes
                            + " bytes, that a restore which ended before had staged"
                            + " and that are as they were backed up");
        }
        return taken;
    }

    private void takeOver(Backup backup, Path root, Path before, Path now, Work work) throws IOException {
        try {
            services.catalog().objects(backup.id(), root.toString(), object -> {
                if (object.type() == MemberType.FILE.letter()) {
                    takeOver(object, root, before, now, work);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void takeOver(ObjectEntry object, Path root, Path before, Path now, Work work) {
        try {
            Path relative = root.relativize(Path.of(object.path()));
            Path there = before.resolve(relative);
            Path target = now.resolve(relative);
            FileStatus status = files.find(there).orElse(null);
            if (status != null
                    && AlreadyThere.fits(status, object, services.privilege())
                    && !files.exists(target)
                    && digest(there, work).equals(object.sha256())) {
                makeFolders(target.getParent(), now.getParent());
                files.rename(there, target);
                taken++;
                bytes += object.size();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** They get their attributes when they are restored. */
    private void makeFolders(@Nullable Path folder, @Nullable Path beside) throws IOException {
        if (folder != null && !folder.equals(beside) && !files.exists(folder)) {
            makeFolders(folder.getParent(), beside);
            files.makeFolder(folder);
        }
    }

    private String digest(Path file, Work work) throws IOException {
        MessageDigest sha256 = sha256();
        try (SeekableByteChannel content = files.openRead(file)) {
            while (content.read(buffer.clear()) >= 0) {
                sha256.update(buffer.flip());
                work.goesOn();
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What stages take that a restore of those places would take over or remove. */
    static long bytesBefore(HostFiles files, List<Path> places) throws IOException {
        long bytes = 0;
        for (Path place : places) {
            for (Path before : ComponentSwap.stagesBeside(files, place)) {
                bytes += bytesBelow(files, before);
            }
        }
        return bytes;
    }

    private static long bytesBelow(HostFiles files, Path path) throws IOException {
        FileStatus status = files.status(path);
        if (!status.is(io.saddlebag.host.FileKind.FOLDER)) {
            return status.sizeBytes();
        }
        long bytes = 0;
        for (Path each : files.list(path)) {
            bytes += bytesBelow(files, each);
        }
        return bytes;
    }
}
