import type { EcrImage, EcrStore, Repository } from '../../model/ecr.ts';
import { createTransaction, type Database } from '../database.ts';
import { createDocumentTable } from '../documents.ts';

/** ECR's repositories, and what is known of the images in them. */
export function createEcrStore(database: Database): EcrStore {
  const transaction = createTransaction(database);
  const repositories = createDocumentTable<Repository>(database, 'ecr-repository', {
    nameOf: ({ name }) => name,
    revive: (repository) => ({ ...repository, createdAt: new Date(repository.createdAt) }),
  });
  const images = createDocumentTable<EcrImage>(database, 'ecr-image', {
    nameOf: ({ repository, digest }) => `${repository}@${digest}`,
    revive: (image) => ({ ...image, pushedAt: new Date(image.pushedAt) }),
  });
  const listImages: EcrStore['listImages'] = ({ scope, name }) => images.list(scope, `${name}@`);
  return {
    getRepository: repositories.get,
    putRepository: repositories.put,
    deleteRepository(repository) {
      transaction(() => {
        for (const image of listImages(repository)) images.delete(image);
        repositories.delete(repository);
      });
    },
    listRepositories: (scope) => repositories.list(scope),
    putImage(image) {
      transaction(() => {
        for (const other of images.list(image.scope, `${image.repository}@`))
          if (other.digest !== image.digest && other.tags.some((tag) => image.tags.includes(tag)))
            images.put({ ...other, tags: other.tags.filter((tag) => !image.tags.includes(tag)) });
        images.put(image);
      });
    },
    deleteImage: images.delete,
    listImages,
  };
}
