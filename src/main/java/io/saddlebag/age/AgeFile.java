package io.saddlebag.age;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.PieceStream;
import io.saddlebag.image.SeekableBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Encrypts and decrypts streams (https://c2sp.org/age). */
public final class AgeFile {
    /** How every file begins, whatever its version. */
    public static final String BEGINNING = "age-encryption.org/";

    private AgeFile() {}

    /** Tries all that might open a file, and gives the error when none does. */
    public interface Keys {
        /** @param password whether the file wants one, and nothing else */
        List<Identity> candidates(boolean password) throws BackupException;

        BackupException missing(boolean password) throws BackupException;
    }

    /**
     * The encrypted stream, read by the thread that reads the plain one.
     *
     * @param recipients not empty; a password is alone
     * @param executor any, also one that refuses
     */
    public static InputStream encrypt(
            InputStream plain, List<Recipient> recipients, SecureRandom random, Executor executor) {
        FileKey key = FileKey.generate(random);
        byte[] header = header(key, recipients, random).encode();
        byte[] nonce = new byte[OpeningPieces.NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] beginning = Arrays.copyOf(header, header.length + nonce.length);
        System.arraycopy(nonce, 0, beginning, header.length, nonce.length);
        return new PieceStream(new SealingPieces(plain, beginning, key.payloadKey(nonce)), executor);
    }

    /** The plain stream, of several files one behind the other (D6) as of one; nothing is read yet. Of a damaged one what stands before the damage is handed out. */
    public static InputStream decrypt(InputStream stored, Keys keys, Executor executor) {
        return new PieceStream(new OpeningPieces(stored, header -> unlock(header, keys)), executor);
    }

    /** As {@link #decrypt}, for reading from any place on. The header is read now; closing it closes {@code stored}. */
    public static SeekableBytes seek(SeekableBytes stored, Keys keys, Executor executor) throws IOException {
        return SeekableAge.open(stored, header -> unlock(header, keys), executor);
    }

    /**
     * Reads a file's header, and no byte more, and yields one for other recipients. What stands behind it stays as it is:
     * whoever had the old header and its key can read it for ever.
     */
    public static byte[] rewrap(InputStream stored, Keys keys, List<Recipient> recipients, SecureRandom random)
            throws IOException {
        return rewrap(stored, keys, recipients, random, List.of());
    }

    /**
     * As {@link #rewrap(InputStream, Keys, List, SecureRandom)}, tried out.
     *
     * @param openers each of which has to open the new header
     */
    public static byte[] rewrap(
            InputStream stored, Keys keys, List<Recipient> recipients, SecureRandom random, List<Identity> openers)
            throws IOException {
        AgeHeader old = AgeHeader.read(stored);
        FileKey key = unlock(old, keys);
        old.authenticate(key);
        byte[] renewed = header(key, recipients, random).encode();
        for (Identity each : openers) {
            AgeHeader read = AgeHeader.read(new ByteArrayInputStream(renewed));
            @Nullable FileKey unwrapped = each.unwrap(read);
            if (unwrapped == null) {
                throw keys.missing(read.hasPassword());
            }
            // by the key that it yields: another one is found out
            read.authenticate(unwrapped);
        }
        return renewed;
    }

    private static AgeHeader header(FileKey key, List<Recipient> recipients, SecureRandom random) {
        boolean password = recipients.stream().anyMatch(each -> each instanceof Password);
        if (recipients.isEmpty() || (password && recipients.size() > 1)) {
            throw new IllegalArgumentException("recipients, or one password alone, not "
                    + recipients.stream().map(Recipient::keyId).collect(Collectors.joining(", ")));
        }
        return AgeHeader.of(
                key, recipients.stream().map(each -> each.wrap(key, random)).toList());
    }

    private static FileKey unlock(AgeHeader header, Keys keys) throws BackupException {
        for (Identity identity : keys.candidates(header.hasPassword())) {
            @Nullable FileKey key = identity.unwrap(header);
            if (key != null) {
                return key;
            }
        }
        throw keys.missing(header.hasPassword());
    }
}
