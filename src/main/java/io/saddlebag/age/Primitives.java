package io.saddlebag.age;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.jspecify.annotations.Nullable;

/** The functions that age's format is made of, as the JDK and BouncyCastle have them. */
final class Primitives {
    static final int KEY_BYTES = 32;
    static final int TAG_BYTES = 16;
    static final int NONCE_BYTES = 12;

    private static final int BASE_POINT = 9;
    private static final byte[] NO_NONCE = new byte[NONCE_BYTES];

    private Primitives() {}

    /** HKDF-SHA-256 (RFC 5869) of 32 bytes. */
    static byte[] hkdf(byte[] secret, byte[] salt, byte[] info) {
        HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
        generator.init(new HKDFParameters(secret, salt, info));
        byte[] key = new byte[KEY_BYTES];
        generator.generateBytes(key, 0, key.length);
        return key;
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** The public key of a secret one (RFC 7748, 5). */
    static byte[] x25519(byte[] secret) {
        byte[] basePoint = new byte[KEY_BYTES];
        basePoint[0] = BASE_POINT;
        byte[] result = x25519(secret, basePoint);
        if (result == null) {
            throw new IllegalStateException("the base point has no small order");
        }
        return result;
    }

    /** @return null when the point is of small order, so that the secret shared would be none */
    static byte @Nullable [] x25519(byte[] secret, byte[] point) {
        try {
            KeyFactory keys = KeyFactory.getInstance("X25519");
            PrivateKey own = keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret));
            PublicKey other = keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, coordinate(point)));
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(own);
            try {
                agreement.doPhase(other, true);
            } catch (java.security.InvalidKeyException e) {
                return null;
            }
            byte[] shared = agreement.generateSecret();
            return Arrays.equals(shared, new byte[KEY_BYTES]) ? null : shared;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK from 11 on has X25519", e);
        }
    }

    /** Little-endian; the top bit doesn't count (RFC 7748, 5). */
    private static BigInteger coordinate(byte[] point) {
        byte[] bigEndian = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            bigEndian[i] = point[KEY_BYTES - 1 - i];
        }
        bigEndian[0] &= 0x7f;
        return new BigInteger(1, bigEndian);
    }

    /** Wraps a file key. Each wrapping key is used once, so that the nonce may be zero. */
    static byte[] wrap(byte[] wrappingKey, byte[] fileKey) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, wrappingKey).doFinal(fileKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK from 11 on has ChaCha20-Poly1305", e);
        }
    }

    /** @return null when it was wrapped with another key */
    static byte @Nullable [] unwrap(byte[] wrappingKey, byte[] body) {
        try {
            return cipher(Cipher.DECRYPT_MODE, wrappingKey).doFinal(body);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK from 11 on has ChaCha20-Poly1305", e);
        }
    }

    private static Cipher cipher(int mode, byte[] key) throws GeneralSecurityException {
        Cipher cipher = ChunkCipher.newCipher();
        cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(NO_NONCE));
        return cipher;
    }
}
