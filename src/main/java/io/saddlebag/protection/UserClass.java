package io.saddlebag.protection;

/** Who is asking, the most restricted circle first. */
public enum UserClass {
    SYSTEM,
    OWNER,
    GROUP,
    WORLD;

    String letter() {
        return name().substring(0, 1);
    }
}
