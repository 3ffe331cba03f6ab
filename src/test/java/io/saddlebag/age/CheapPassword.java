package io.saddlebag.age;

/** Passwords that take no time, for tests that try them often. */
public final class CheapPassword {
    private CheapPassword() {}

    public static Password of(String text) {
        return new Password("wallet", text, 1);
    }
}
