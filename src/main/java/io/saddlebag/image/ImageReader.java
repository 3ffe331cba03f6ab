package io.saddlebag.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads an image from front to back (docs/formats/image.md): ours, which it checks on the way, or an archive of GNU tar,
 * bsdtar or another POSIX tar. Writes nothing; memory doesn't grow with the image (Q9, Q13).
 *
 * <p>What a member is and holds is handed over before its checksum has come by: an image is proven only when
 * {@link #next()} has returned empty. One thread at a time.
 */
public final class ImageReader implements Closeable {
    private final InputStream in;
    private final TarInput tar;
    private final HeaderReader headers;
    private final ImageProof proof = new ImageProof();
    private final Sha256 fileSha256 = new Sha256();
    private final byte[] buffer = new byte[TarInput.CHUNK_BYTES];
    private final @Nullable ImageManifest manifest;
    private final boolean inTheMiddle;
    private @Nullable ReadMember first;
    private @Nullable ReadMember current;
    private @Nullable ImageSummary summary;
    private @Nullable IOException failure;
    private @Nullable DeletionSink deletions;
    private @Nullable WarningSink warnings;

    private ImageReader(InputStream in, long offset) throws IOException {
        this.in = in;
        this.inTheMiddle = offset > 0;
        this.tar = new TarInput(in, offset);
        this.headers = new HeaderReader(tar);
        ReadMember member = offset == 0 ? readHeaders() : null;
        if (member != null && isManifest(member.member())) {
            this.manifest = readManifest(member);
        } else {
            this.manifest = null;
            this.first = member;
            tar.stopHashing();
        }
    }

    /**
     * Reads the beginning of a tar stream without layers.
     *
     * @throws ImageException also when the image is of a newer format; the stream is then left open
     */
    public static ImageReader open(InputStream tar) throws IOException {
        return new ImageReader(tar, 0);
    }

    /** As {@link #open(InputStream)}, of an image in the layers named in its label, from the inside to the outside. */
    public static ImageReader open(InputStream stored, List<String> layers, Executor executor) throws IOException {
        return open(stored, layers, Decryption.NONE, executor);
    }

    /** As {@link #open(InputStream, List, Executor)}, of one that may be encrypted (X10). */
    public static ImageReader open(InputStream stored, List<String> layers, Decryption decryption, Executor executor)
            throws IOException {
        return open(Layers.undo(stored, layers, decryption, executor));
    }

    /**
     * Begins at a member in the middle, where a catalog said that its headers are. Nothing is checked but what is read:
     * compare {@link ReadMember#sha256()}.
     *
     * @param offset of the first byte of {@code tar} in the tar stream, positive
     */
    public static ImageReader openAt(InputStream tar, long offset) throws IOException {
        if (offset <= 0) {
            throw new IllegalArgumentException("no object of an image begins at byte " + offset);
        }
        return new ImageReader(tar, offset);
    }

    /** From now on the sink is told of deletions as they come by (D2); nobody is before. */
    public void onDeletion(DeletionSink sink) {
        deletions = sink;
    }

    /** From now on the sink is told of the warnings that the image's maker had (D4), behind the objects they are about. */
    public void onWarning(WarningSink sink) {
        warnings = sink;
    }

    /** What the image says of itself; empty for archives of other programs. */
    public Optional<ImageManifest> manifest() {
        return Optional.ofNullable(manifest);
    }

    /**
     * The next object; empty when the image has ended as it should.
     *
     * @throws ImageException {@link ImageFault#CHECKSUM_MISMATCH}: files handed over before are not as recorded; the
     *     reader can be asked for more. All other failures are final.
     */
    public Optional<ReadMember> next() throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            ReadMember member = summary == null ? advance() : null;
            return Optional.ofNullable(member);
        } catch (ImageException e) {
            failure = e.is(ImageFault.CHECKSUM_MISMATCH) ? null : e;
            throw e;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /**
     * Hands all remaining members to the sink. Files that are not as recorded don't keep the others from it: the first
     * such failure is thrown at the end, with the others as suppressed ones.
     */
    public ImageSummary readAll(MemberSink sink) throws IOException {
        ImageException damage = null;
        while (summary == null) {
            try {
                Optional<ReadMember> member = next();
                if (member.isPresent()) {
                    sink.accept(member.get());
                }
            } catch (ImageException e) {
                if (damage != null) {
                    e.addSuppressed(damage);
                }
                if (!e.is(ImageFault.CHECKSUM_MISMATCH)) {
                    throw e;
                }
                damage = e;
            }
        }
        if (damage != null) {
            throw damage;
        }
        return summary;
    }

    /** @throws IllegalStateException before the image has ended */
    public ImageSummary summary() {
        if (summary == null) {
            throw new IllegalStateException("the image has not been read to its end");
        }
        return summary;
    }

    private @Nullable ReadMember advance() throws IOException {
        if (first != null) {
            ReadMember member = first;
            first = null;
            return begin(member);
        }
        finishCurrent();
        // bounded by the ledger: an image of nothing but own members is refused or ends
        while (true) {
            Sha256 before = tar.sha256();
            ReadMember member = readHeaders();
            if (member == null) {
                end();
                return null;
            }
            if (manifest == null || before == null) {
                if (!inTheMiddle) {
                    refuseChecksums(member);
                }
                return begin(member);
            }
            proof.expectMore(member.member().path(), member.offset());
            if (!member.member().isOwn()) {
                return begin(member);
            }
            readOwn(member, before);
        }
    }

    /** An image that lost its first member must not pass for an archive of another program, of which nothing is checked. */
    private static void refuseChecksums(ReadMember member) throws ImageException {
        if (member.member().path().startsWith(MemberName.CHECKSUMS)) {
            throw new ImageException(
                    ImageFault.BAD_MANIFEST,
                    "the archive has " + member.member().path() + " at byte " + member.offset()
                            + ", but does not begin with " + MemberName.MANIFEST,
                    "Read another copy of the image, or extract this one with tar.");
        }
    }

    private ReadMember begin(ReadMember member) {
        proof.addMember();
        current = member;
        return member;
    }

    private void finishCurrent() throws IOException {
        ReadMember member = current;
        if (member == null) {
            return;
        }
        member.pass(buffer);
        current = null;
        if (member.member().type() == MemberType.FILE) {
            proof.countFile(member.member().dataBytes());
            addToProof(member);
        }
    }

    private void addToProof(ReadMember member) {
        if (manifest != null) {
            proof.addFile(member.member().path(), member.sha256());
        }
    }

    private @Nullable ReadMember readHeaders() throws IOException {
        long at = tar.offset();
        ReadMember[] self = new ReadMember[1];
        ImageMember member = headers.next(() -> Objects.requireNonNull(self[0]).content());
        if (member == null) {
            return null;
        }
        self[0] = new ReadMember(member, at, tar, fileSha256);
        return self[0];
    }

    private static boolean isManifest(ImageMember member) {
        return member.path().equals(MemberName.MANIFEST) && member.type() == MemberType.FILE;
    }

    private ImageManifest readManifest(ReadMember member) throws IOException {
        if (member.member().size() > ImageManifest.MAX_BYTES) {
            throw new ImageException(
                    ImageFault.BAD_MANIFEST,
                    MemberName.MANIFEST + " has " + member.member().size() + " bytes; the limit is "
                            + ImageManifest.MAX_BYTES,
                    "This is no image of this program.");
        }
        ImageManifest parsed = ImageManifest.parse(member.content().readAllBytes());
        member.pass(buffer);
        proof.addFile(member.member().path(), member.sha256());
        return parsed;
    }

    private void readOwn(ReadMember member, Sha256 before) throws IOException {
        ByteString path = member.member().path();
        boolean file = member.member().type() == MemberType.FILE;
        if (!file || !path.startsWith(MemberName.CHECKSUMS)) {
            DeletionSink sink = deletions;
            if (sink != null && file && path.startsWith(MemberName.DELETED)) {
                DeletionList.read(path, member.content(), sink);
            }
            // of a later format that this one may pass over, or of no interest
            member.pass(buffer);
            if (file) {
                addToProof(member);
            }
            return;
        }
        if (member.member().size() > 2L * ChecksumLedger.MAX_BYTES) {
            throw new ImageException(
                    ImageFault.HEADER_TOO_LARGE,
                    path + " has " + member.member().size() + " bytes; the limit is " + 2L * ChecksumLedger.MAX_BYTES,
                    "This is no image of this program.");
        }
        byte[] content = member.content().readAllBytes();
        member.pass(buffer);
        try {
            proof.check(path, content, member.offset(), before, warnings);
        } finally {
            if (proof.endsPart()) {
                tar.endPart();
            }
        }
    }

    private void end() throws IOException {
        if (manifest != null) {
            proof.end(tar.offset());
        }
        if (!tar.readBlock(buffer)) {
            throw tar.truncated("its end: one of two blocks of zero bytes is missing");
        }
        requireZero(TarBlock.BYTES);
        long streamBytes = tar.offset();
        // to the very end, so that layers find theirs
        int n = tar.readSome(buffer, 0, buffer.length);
        while (n >= 0) {
            requireZero(n);
            n = tar.readSome(buffer, 0, buffer.length);
        }
        summary = proof.summary(streamBytes);
    }

    private void requireZero(int length) throws ImageException {
        if (!TarBlock.isZero(buffer, length)) {
            throw new ImageException(
                    ImageFault.TRAILING_DATA,
                    "something other than zero bytes stands before byte " + tar.offset()
                            + ", behind the end of the tar stream",
                    "If several archives were joined, split them before reading.");
        }
    }

    @Override
    public void close() throws IOException {
        if (failure == null) {
            failure = new IOException("the image is closed");
        }
        in.close();
    }
}
