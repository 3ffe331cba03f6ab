package io.saddlebag.backup;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageListener;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSummary;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.MemberWarning;
import io.saddlebag.image.WrittenMember;
import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Fills the catalog with an image's objects while the image is made (D7). Thread-safe: each lane of an image fills it.
 */
final class CatalogFiller implements ImageListener {
    private final Catalog.Writing writing;
    private final @Nullable JobRun job;
    private final Damage damage;
    /** Being written now, and not as they were promised: one a lane. */
    private final Set<ByteString> damaged = new HashSet<>();

    private final AtomicLong objects = new AtomicLong();
    private final AtomicLong dataBytes = new AtomicLong();

    /** @param job gets the warnings; null when there is no job */
    CatalogFiller(Catalog.Writing writing, @Nullable JobRun job, Damage damage) {
        this.writing = writing;
        this.job = job;
        this.damage = damage;
    }

    long objects() {
        return objects.get();
    }

    long dataBytes() {
        return dataBytes.get();
    }

    void requireObjects(String name) throws BackupException {
        if (objects.get() == 0) {
            throw new BackupException(
                    BackupFault.EMPTY_SOURCE,
                    "there was nothing to back up for " + name,
                    "Check the paths of the database or dataset in the configuration.");
        }
    }

    @Override
    public synchronized void written(WrittenMember written) throws IOException {
        if (written.member().type() == MemberType.DELETED) {
            writing.add(ObjectEntry.deletion(written.member().exactPath(), written.offset()));
            return;
        }
        ObjectEntry entry = entry(written);
        writing.add(damaged.remove(written.member().path()) ? asUnknown(entry) : entry);
        objects.incrementAndGet();
        dataBytes.addAndGet(written.member().dataBytes());
    }

    @Override
    public synchronized void warning(MemberWarning warning) throws IOException {
        boolean changed = warning.what() == MemberWarning.What.SHRANK
                || warning.what() == MemberWarning.What.GREW
                || warning.what() == MemberWarning.What.VANISHED;
        if (damage == Damage.IS_REPLAYED && changed) {
            return;
        }
        // what is in the file is whole
        boolean attributes = warning.what() == MemberWarning.What.INCOMPLETE;
        if (damage != Damage.IS_A_WARNING && !attributes) {
            throw new BackupException(
                    BackupFault.SOURCE_CHANGED,
                    warning.member().absolutePath() + " could not be read as it was: " + warning.detail(),
                    "A database without that file can't be restored: mend its file system or its snapshot, and repeat.");
        }
        if (warning.what().isInImage()) {
            damaged.add(warning.member().path());
        }
        writing.flag(new ObjectFlag(warning.member().exactPath(), warning.what().word(), warning.detail()));
        if (job != null) {
            job.warn(warning.member().absolutePath() + ": " + warning.detail());
        }
    }

    @Override
    public void finished(ImageSummary summary) {}

    /** What the image has isn't what the file was: the next backup must not take it for the same. */
    private static ObjectEntry asUnknown(ObjectEntry entry) {
        return new ObjectEntry(
                entry.path(),
                entry.type(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                entry.modified(),
                entry.linkTarget(),
                entry.sha256(),
                entry.offset());
    }

    static ObjectEntry entry(WrittenMember written) {
        ImageMember member = written.member();
        ByteString link = member.link();
        return new ObjectEntry(
                member.exactPath(),
                member.type().letter(),
                member.attributes().mode(),
                member.attributes().owner().uid(),
                member.attributes().owner().gid(),
                member.size(),
                member.attributes().times().modified(),
                link == null ? null : link.toExactText(),
                written.sha256(),
                written.offset(),
                member.attributes().times().changed(),
                member.attributes().inode());
    }

    /** What it means when a file can't be read as promised. */
    enum Damage {
        /** The other files are worth having (D4). */
        IS_A_WARNING,
        /** All of them are needed, as with a database. */
        IS_FATAL,
        /** As before, but files change while they are read: the journals in the image put that right. */
        IS_REPLAYED
    }
}
