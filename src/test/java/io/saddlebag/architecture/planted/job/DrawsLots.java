package io.saddlebag.architecture.planted.job;

class DrawsLots {
    Object draw() {
        return Math.random()
                + new java.util.Random().nextInt()
                + new java.security.SecureRandom().nextInt()
                + java.util.UUID.randomUUID().toString();
    }
}
