package io.saddlebag.restore;

import io.saddlebag.disk.WritableDisk;
import io.saddlebag.diskimage.DiskImageFault;
import io.saddlebag.diskimage.DiskToImage;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.ReadMember;
import io.saddlebag.qcow2.SinglePassImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Puts one image of a backup onto a disk, as it comes from the volumes; all other objects are passed over. */
final class VolumeSink implements MemberSink {
    private final VolumePlan.Step step;
    private final WritableDisk disk;
    private final TreeSink.Expected expected;
    private long covered;
    private boolean found;

    /** @param covered how far the disk shows the image below, bytes */
    VolumeSink(VolumePlan.Step step, WritableDisk disk, long covered, TreeSink.Expected expected) {
        this.step = step;
        this.disk = disk;
        this.covered = covered;
        this.expected = expected;
    }

    @Override
    public void accept(ReadMember member) throws IOException {
        if (!member.member().path().toString().equals(step.volume().fileName())) {
            return;
        }
        SinglePassImage image =
                SinglePassImage.open(member.content(), step.volume().fileName());
        Optional<String> below = Optional.ofNullable(step.volume().parent()).map(parent -> parent + DiskToImage.SUFFIX);
        if (!image.backingName().equals(below)) {
            throw new BackupException(
                    DiskImageFault.WRONG_CHAIN,
                    "image " + step.volume().fileName() + " stands on "
                            + image.backingName().orElse("nothing") + ", and the catalog says on "
                            + below.orElse("nothing"),
                    "Rebuild the catalog's knowledge of the volume with 'saddlebag catalog import', and restore again.");
        }
        long end = Math.min(disk.sizeBytes(), image.diskBytes());
        if (below.isPresent() && end > covered) {
            // a disk that has grown: what the overlay doesn't say of its new part is zeros
            disk.zero(covered, end - covered);
        }
        image.copyTo(disk);
        member.content().transferTo(OutputStream.nullOutputStream());
        expected.require(member.member().exactPath(), member.sha256());
        covered = end;
        found = true;
    }

    /** @return how far the disk shows this image now, bytes */
    long finish() throws BackupException {
        if (!found) {
            throw new BackupException(
                    RestoreFault.NOTHING_SELECTED,
                    "backup " + step.backup().id() + " holds no "
                            + step.volume().fileName(),
                    "Rebuild the catalog's knowledge of the volume with 'saddlebag catalog import', and restore again.");
        }
        return covered;
    }
}
