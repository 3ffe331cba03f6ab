package io.saddlebag.image;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where a part of an image ends within a file (D6). Going on, what was written of the file is read once more and only hashed.
 *
 * @param member offset of the file's member in the tar stream
 * @param headers headers and padding since the part ended that the chain is of: those of this member
 * @param done bytes of the member behind its headers that are written
 * @param digest of the file so far: 64 hexadecimal digits
 * @param identity of the file, as in {@link Content#identity}
 */
public record PartInFile(long member, ByteString headers, long done, String digest, String identity) {
    /** @throws IllegalArgumentException when no part can end so */
    public PartInFile {
        if (member <= 0
                || headers.length() == 0
                || done <= 0
                || !digest.matches("[0-9a-f]{64}")
                || identity.isEmpty()) {
            throw new IllegalArgumentException("no part of an image ends " + done + " bytes behind " + headers.length()
                    + " bytes of headers at byte " + member + " with '" + digest + "', in file '" + identity + "'");
        }
    }

    /** The file that is gone on with, when the next object of the source is that. */
    ImageMember requireSame(@Nullable ImageMember next, ByteString path) throws ChangedFileException {
        if (next == null
                || !next.path().equals(path)
                || !next.content().identity().equals(identity)) {
            throw new ChangedFileException(path + " has changed, in whose middle the checkpoint is");
        }
        return next;
    }

    /** Reads what is written of it, into the digest of the file. */
    void reread(MemberBody body, Sha256 file, ByteString path) throws IOException {
        if (!body.reread(done) || !file.copy().finish().equals(digest)) {
            throw other(path);
        }
    }

    static ChangedFileException other(ByteString path) {
        return new ChangedFileException(path + " isn't what was written of it, in whose middle the checkpoint is");
    }
}
