package dev.warren.gptfs.http;

import dev.warren.api.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Trusts a file's certificates besides the system's. There is no option to trust all. */
final class Trust {
  private Trust() {}

  static X509TrustManager systemAnd(Path caFile) throws IOException {
    try {
      List<Certificate> all = new ArrayList<>(List.of(manager(null).getAcceptedIssuers()));
      try (InputStream in = Files.newInputStream(caFile)) {
        Collection<? extends Certificate> more =
            CertificateFactory.getInstance("X.509").generateCertificates(in);
        if (more.isEmpty()) {
          throw new CertificateException("the file holds no certificate");
        }
        all.addAll(more);
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i) instanceof X509Certificate certificate) {
          store.setCertificateEntry("ca" + i, certificate);
        }
      }
      return manager(store);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the certificates in " + caFile + ": " + Reason.of(e), e);
    }
  }

  static SSLSocketFactory sockets(X509TrustManager trust) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("the JVM has no X.509 trust manager");
  }
}
