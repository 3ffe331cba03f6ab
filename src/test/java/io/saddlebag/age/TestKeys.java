package io.saddlebag.age;

import io.saddlebag.fault.BackupException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Keys that are at hand, and files encrypted for them. */
final class TestKeys implements AgeFile.Keys {
    static final Executor SAME_THREAD = Runnable::run;
    static final SecureRandom RANDOM = new SeededRandom(1);

    private final List<Identity> identities;

    TestKeys(Identity... identities) {
        this.identities = List.of(identities);
    }

    @Override
    public List<Identity> candidates(boolean password) {
        return identities;
    }

    @Override
    public BackupException missing(boolean password) {
        return new BackupException(KeyFault.KEY_MISSING, "no key", "Find it.");
    }

    static byte[] encrypt(byte[] plain, Recipient... recipients) throws IOException {
        try (InputStream in =
                AgeFile.encrypt(new ByteArrayInputStream(plain), List.of(recipients), RANDOM, SAME_THREAD)) {
            return in.readAllBytes();
        }
    }

    static byte[] decrypt(byte[] stored, Identity... identities) throws IOException {
        try (InputStream in =
                AgeFile.decrypt(new ByteArrayInputStream(stored), new TestKeys(identities), SAME_THREAD)) {
            return in.readAllBytes();
        }
    }

    /** What comes out before the failure. */
    static Opened open(InputStream stored, Executor executor, Identity... identities) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (InputStream in = AgeFile.decrypt(stored, new TestKeys(identities), executor)) {
            in.transferTo(plain);
            return new Opened(plain.toByteArray(), null);
        } catch (BackupException e) {
            return new Opened(plain.toByteArray(), e);
        }
    }

    /** What came out, and why no more did. */
    static final class Opened {
        private final byte[] plain;
        private final @Nullable BackupException failure;

        Opened(byte[] plain, @Nullable BackupException failure) {
            this.plain = plain;
            this.failure = failure;
        }

        byte[] plain() {
            return plain;
        }

        @Nullable
        BackupException failure() {
            return failure;
        }
    }

    static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    /** Yields the same keys each time. */
    static final class SeededRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final transient Random seeded;

        SeededRandom(long seed) {
            super(
                    new java.security.SecureRandomSpi() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected void engineSetSeed(byte[] ignored) {}

                        @Override
                        protected void engineNextBytes(byte[] bytes) {
                            throw new UnsupportedOperationException();
                        }

                        @Override
                        protected byte[] engineGenerateSeed(int bytes) {
                            throw new UnsupportedOperationException();
                        }
                    },
                    null);
            this.seeded = new Random(seed);
        }

        @Override
        public void nextBytes(byte[] bytes) {
            seeded.nextBytes(bytes);
        }
    }
}
