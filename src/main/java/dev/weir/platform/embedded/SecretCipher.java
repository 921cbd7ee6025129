package dev.weir.platform.embedded;

import dev.weir.kernel.Redacted;
import dev.weir.kernel.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM under one key. A sealed value is a random nonce of 96 bits, then the ciphertext with its tag of 128 bits; it opens only in the
 * place (tenant, secret, version) that it was sealed for, so that rows cannot be exchanged. Thread-safe.
 */
final class SecretCipher {
    static final int KEY_BYTES = 32;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;
    private final String keyId;

    /** @param key exactly {@link #KEY_BYTES} random bytes */
    SecretCipher(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes");
        }
        this.key = new SecretKeySpec(key, "AES");
        MessageDigest digest = Sha256.start();
        digest.update("weir secrets key id\n".getBytes(StandardCharsets.US_ASCII));
        this.keyId = HexFormat.of().formatHex(digest.digest(key), 0, 8);
    }

    /** Names the key without telling anything of it. */
    String keyId() {
        return keyId;
    }

    /** Where a value lies. */
    record Place(TenantId tenant, String id, long version) {
        /** Ids hold no line ends, so no two places read the same. */
        private byte[] bytes() {
            return (tenant + "\n" + id + "\n" + version).getBytes(StandardCharsets.US_ASCII);
        }
    }

    byte[] seal(Place place, Redacted value) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] plain = value.reveal().getBytes(StandardCharsets.UTF_8);
        try {
            byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, nonce, place).doFinal(plain);
            byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + ciphertext.length);
            System.arraycopy(ciphertext, 0, sealed, NONCE_BYTES, ciphertext.length);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    /** Throws {@link AEADBadTagException} for anything that {@link #seal} did not make here, for this place, under this key. */
    Redacted open(Place place, byte[] sealed) throws AEADBadTagException {
        if (sealed.length < NONCE_BYTES + TAG_BITS / 8) {
            throw new AEADBadTagException("too short");
        }
        byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        try {
            byte[] plain = cipher(Cipher.DECRYPT_MODE, nonce, place)
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
            return new Redacted(new String(plain, StandardCharsets.UTF_8));
        } catch (AEADBadTagException forged) {
            throw forged;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, Place place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.bytes());
        return cipher;
    }

    /** Names the key only. */
    @Override
    public String toString() {
        return "SecretCipher[" + keyId + "]";
    }
}
