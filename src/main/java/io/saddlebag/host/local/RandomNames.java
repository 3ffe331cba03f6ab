package io.saddlebag.host.local;

import io.saddlebag.host.UniqueNames;
import java.math.BigInteger;
import java.security.SecureRandom;

/** Names from 100 random bits: two alike are not to be expected in the life of any installation. */
public final class RandomNames implements UniqueNames {
    private static final int BITS = 100;
    private static final int DIGITS = 20;
    private static final int BASE = 32;

    private final SecureRandom random = new SecureRandom();

    @Override
    public String next(String prefix) {
        String digits = new BigInteger(BITS, random).toString(BASE);
        return prefix + "-" + "0".repeat(DIGITS - digits.length()) + digits;
    }
}
